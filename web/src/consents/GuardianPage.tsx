import "./consents.css";

import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "../components/Button";
import { PageHeading } from "../components/PageHeading";
import { Loading } from "../components/States";
import { Agreed } from "./Agreed";
import { GuardianForm } from "./GuardianForm";
import { LinkFailure } from "./LinkFailure";
import { requestQuery, type ConsentRequest } from "./queries";

/** Tells a guardian who has come by a mail what is asked for, and takes their answer to each of it. */
export function GuardianPage() {
  const { t } = useTranslation("consents");
  const { token } = useSearch({ from: "/guardian" });
  return (
    <div className="page page-narrow">
      <PageHeading title={t("guardian.title")} />
      {token === undefined ? <p>{t("guardian.noLink")}</p> : <Request token={token} />}
    </div>
  );
}

function Request({ token }: { token: string }) {
  const request = useQuery(requestQuery(token));
  if (request.isPending) return <Loading />;
  if (request.isError) return <LinkFailure error={request.error} onRetry={() => void request.refetch()} />;
  return <Shown token={token} request={request.data} />;
}

function Shown({ token, request }: { token: string; request: ConsentRequest }) {
  const { t } = useTranslation("consents");
  const [isAgain, setIsAgain] = useState(false);
  const { learner_name: name, organisation, status } = request;
  const mayThinkAgain = status === "answered" || status === "declined";
  if (status === "open" || (mayThinkAgain && isAgain))
    return (
      <>
        <p className="lead">{t("guardian.lead", { name, organisation })}</p>
        <GuardianForm
          token={token}
          request={request}
          onAnswered={() => setIsAgain(false)}
        />
      </>
    );
  return (
    <div className="card fields">
      <p role="status">{t(`guardian.${status}`, { name, organisation })}</p>
      <Agreed request={request} />
      {mayThinkAgain && (
        <p>
          <Button onClick={() => setIsAgain(true)}>{t("guardian.again")}</Button>
        </p>
      )}
    </div>
  );
}
