import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { isTransient } from "../api/problem";
import { meQuery } from "../api/queries";
import { bodyOf } from "../api/reach";
import { isSignedIn, openApi } from "../api/tokens";
import { buttonClass } from "../components/Button";
import { PageHeading } from "../components/PageHeading";
import { Failure, Loading } from "../components/States";
import { ProblemNote } from "./ProblemNote";

/** Confirms the new address of an account, whose link was opened. */
export function ConfirmEmailPage() {
  const { t } = useTranslation("signin");
  const { token } = useSearch({ from: "/confirm-email" });
  return (
    <div className="page page-narrow">
      <PageHeading title={t("confirmEmail.title")} />
      {token === undefined ? <p>{t("confirmEmail.noLink")}</p> : <Confirmation token={token} />}
    </div>
  );
}

function Confirmation({ token }: { token: string }) {
  const { t } = useTranslation("signin");
  const queryClient = useQueryClient();
  // Opening a link again changes nothing, so it may be repeated as a question may.
  const confirmed = useQuery({
    queryKey: ["confirm-email", token],
    queryFn: async ({ signal }) => {
      const changed = await bodyOf(openApi.POST("/api/v1/auth/email_change", { body: { token }, signal }));
      await queryClient.invalidateQueries({ queryKey: meQuery.queryKey });
      return changed;
    },
    staleTime: Infinity,
  });
  if (confirmed.isPending) return <Loading />;
  if (confirmed.isError && isTransient(confirmed.error))
    return <Failure error={confirmed.error} onRetry={() => void confirmed.refetch()} />;
  if (confirmed.isError)
    return (
      <>
        <ProblemNote error={confirmed.error} />
        <p>{t("confirmEmail.again")}</p>
      </>
    );
  return (
    <div className="card fields">
      <p role="status">{t("confirmEmail.done", confirmed.data)}</p>
      {isSignedIn() ? (
        <Link to="/settings/security" className={buttonClass("primary")}>
          {t("confirmEmail.goOn")}
        </Link>
      ) : (
        <Link to="/sign-in" className={buttonClass("primary")}>
          {t("submit")}
        </Link>
      )}
    </div>
  );
}
