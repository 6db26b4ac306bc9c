import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { isTransient } from "../api/problem";
import { bodyOf } from "../api/reach";
import { openApi } from "../api/tokens";
import { buttonClass } from "../components/Button";
import { PageHeading } from "../components/PageHeading";
import { Failure, Loading } from "../components/States";
import { MailForm } from "./MailForm";
import { ProblemNote } from "./ProblemNote";

/** Confirms the address whose link was opened; without a link, or with one that holds no more, sends the mail again. */
export function VerifyPage() {
  const { t } = useTranslation("signin");
  const { token } = useSearch({ from: "/verify" });
  return (
    <div className="page page-narrow">
      <PageHeading title={t("verify.title")} />
      {token === undefined ? <MailAgain /> : <Confirmation token={token} />}
    </div>
  );
}

function Confirmation({ token }: { token: string }) {
  const { t } = useTranslation("signin");
  // Opening a link again changes nothing, so it may be repeated as a question may.
  const confirmed = useQuery({
    queryKey: ["verify", token],
    queryFn: ({ signal }) => bodyOf(openApi.POST("/api/v1/auth/verify", { body: { token }, signal })),
    staleTime: Infinity,
  });
  if (confirmed.isPending) return <Loading />;
  if (confirmed.isError && isTransient(confirmed.error))
    return <Failure error={confirmed.error} onRetry={() => void confirmed.refetch()} />;
  if (confirmed.isError)
    return (
      <>
        <ProblemNote error={confirmed.error} />
        <MailAgain />
      </>
    );
  return (
    <div className="card fields">
      <p role="status">{t("verify.done", confirmed.data)}</p>
      <Link to="/sign-in" className={buttonClass("primary")}>
        {t("submit")}
      </Link>
    </div>
  );
}

function MailAgain() {
  const { t } = useTranslation("signin");
  return (
    <MailForm
      lead={t("verify.lead")}
      submit={t("verify.again")}
      sent={t("verify.sent")}
      send={(email) => openApi.POST("/api/v1/auth/verify/resend", { body: { email } })}
    />
  );
}
