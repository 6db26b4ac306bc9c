import "./consents.css";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { bodyOf } from "../api/reach";
import { openApi } from "../api/tokens";
import { Button } from "../components/Button";
import { ConfirmDialog } from "../components/ConfirmDialog";
import { PageHeading } from "../components/PageHeading";
import { Failure, Loading } from "../components/States";
import { Agreed } from "./Agreed";
import { LinkFailure } from "./LinkFailure";
import { requestQuery, type ConsentRequest } from "./queries";

/** Asks whoever has come by the second mail whether it was they who agreed; here they can take it back as well. */
export function ConfirmConsentPage() {
  const { t } = useTranslation("consents");
  const { token } = useSearch({ from: "/guardian/confirm" });
  return (
    <div className="page page-narrow">
      <PageHeading title={t("confirm.title")} />
      {token === undefined ? <p>{t("confirm.noLink")}</p> : <Confirmation token={token} />}
    </div>
  );
}

function Confirmation({ token }: { token: string }) {
  const { t } = useTranslation("consents");
  const request = useQuery(requestQuery(token));
  const withdraw = useWithdrawAll(token);
  if (withdraw.isSuccess) return <p role="status">{t("confirm.withdrawn")}</p>;
  if (request.isPending) return <Loading />;
  if (request.isError) return <LinkFailure error={request.error} onRetry={() => void request.refetch()} />;
  if (request.data.status === "withdrawn") return <p role="status">{t("confirm.withdrawn")}</p>;
  return (
    <div className="card fields">
      <Question token={token} request={request.data} />
      {withdraw.error !== null && <Failure error={withdraw.error} />}
      <Withdrawal request={request.data} isBusy={withdraw.isPending} onWithdraw={withdraw.mutate} />
    </div>
  );
}

function Question({ token, request }: { token: string; request: ConsentRequest }) {
  const { t } = useTranslation("consents");
  const confirm = useConfirm(token);
  const { learner_name: name, organisation, status } = request;
  const isConfirmed = status === "confirmed";
  return (
    <>
      <p role="status">{isConfirmed ? t("confirm.done", { name }) : t("confirm.question", { name, organisation })}</p>
      <Agreed request={request} />
      {confirm.error !== null && <Failure error={confirm.error} />}
      {!isConfirmed && (
        <p>
          <Button variant="primary" isBusy={confirm.isPending} onClick={() => confirm.mutate()}>
            {t("confirm.yes")}
          </Button>
        </p>
      )}
    </>
  );
}

type WithdrawalProps = { request: ConsentRequest; isBusy: boolean; onWithdraw: () => void };

function Withdrawal({ request, isBusy, onWithdraw }: WithdrawalProps) {
  const { t } = useTranslation("consents");
  const [isAsking, setIsAsking] = useState(false);
  const isConfirmed = request.status === "confirmed";
  return (
    <>
      {isConfirmed && <p>{t("confirm.anyTime")}</p>}
      <p>
        <Button variant="danger" isBusy={isBusy} onClick={() => setIsAsking(true)}>
          {isConfirmed ? t("confirm.takeBack") : t("confirm.no")}
        </Button>
      </p>
      {isAsking && (
        <ConfirmDialog
          title={t("confirm.takeBackTitle")}
          text={t("confirm.takeBackText", { name: request.learner_name })}
          cancel={t("confirm.keep")}
          confirm={t("confirm.takeBack")}
          isDangerous
          onCancel={() => setIsAsking(false)}
          onConfirm={() => {
            setIsAsking(false);
            onWithdraw();
          }}
        />
      )}
    </>
  );
}

function useConfirm(token: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => bodyOf(openApi.POST("/api/v1/consent_requests/confirm", { body: { token } })),
    onSuccess: (request) => queryClient.setQueryData(requestQuery(token).queryKey, request),
  });
}

function useWithdrawAll(token: string) {
  return useMutation({ mutationFn: () => openApi.POST("/api/v1/consent_requests/withdraw", { body: { token } }) });
}
