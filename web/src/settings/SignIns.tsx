import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import { Badge } from "../components/Badge";
import { Button } from "../components/Button";
import { ShowMore } from "../components/ShowMore";
import { Failure, Loading } from "../components/States";
import { Table, type Column } from "../components/Table";
import { Moment } from "../i18n/Moment";
import { deviceOf } from "./device";
import { signInsQuery, type SignIn } from "./queries";

/** Where one is signed in, with a way to end each of these sign-ins but the present one. */
export function SignIns() {
  const { t } = useTranslation("settings");
  const signIns = useInfiniteQuery(signInsQuery);
  const end = useEnd();
  const hasOthers = signIns.data?.some(({ is_current }) => !is_current) ?? false;
  return (
    <section aria-labelledby="security-sign-ins">
      <h2 id="security-sign-ins">{t("signIns.title")}</h2>
      {signIns.isPending && <Loading />}
      {signIns.isError && <Failure error={signIns.error} onRetry={() => void signIns.refetch()} />}
      {end.error !== null && <Failure error={end.error} />}
      {signIns.data && <SignInTable signIns={signIns.data} onEnd={end.mutate} />}
      {signIns.data && (
        <ShowMore
          shown={signIns.data.length}
          hasMore={signIns.hasNextPage}
          isBusy={signIns.isFetchingNextPage}
          onMore={() => void signIns.fetchNextPage()}
        />
      )}
      {hasOthers && (
        <p>
          <Button isBusy={end.isPending} onClick={() => end.mutate(null)}>
            {t("signIns.endOthers")}
          </Button>
        </p>
      )}
    </section>
  );
}

/** Ends one sign-in, or with null all but the present one. */
function useEnd() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string | null) =>
      id === null
        ? api.DELETE("/api/v1/me/sessions")
        : api.DELETE("/api/v1/me/sessions/{id}", { params: { path: { id } } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: signInsQuery.queryKey }),
  });
}

function SignInTable({ signIns, onEnd }: { signIns: SignIn[]; onEnd: (id: string) => void }) {
  const { t } = useTranslation("settings");
  const nameOf = ({ user_agent }: SignIn) => deviceOf(user_agent) ?? t("signIns.unknownDevice");
  const columns: Column<SignIn>[] = [
    { key: "device", head: t("signIns.device"), cell: nameOf },
    { key: "address", head: t("signIns.address"), cell: ({ client_address }) => client_address || "–" },
    {
      key: "method",
      head: t("signIns.method"),
      cell: ({ method, has_second_factor }) => {
        const first = t(`signIns.methods.${method}`);
        return has_second_factor ? t("signIns.andSecondFactor", { method: first }) : first;
      },
    },
    { key: "started", head: t("signIns.started"), cell: ({ started_at }) => <Moment at={started_at} /> },
    { key: "seen", head: t("signIns.seen"), cell: ({ last_seen_at }) => <Moment at={last_seen_at} /> },
    {
      key: "end",
      head: t("signIns.end"),
      cell: (signIn) =>
        signIn.is_current ? (
          <Badge tone="good">{t("signIns.current")}</Badge>
        ) : (
          <Button isSmall aria-label={t("signIns.endNamed", { device: nameOf(signIn) })} onClick={() => onEnd(signIn.id)}>
            {t("signIns.end")}
          </Button>
        ),
    },
  ];
  return <Table caption={t("signIns.title")} columns={columns} rows={signIns} rowKey={({ id }) => id} />;
}
