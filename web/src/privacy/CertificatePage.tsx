import "./privacy.css";

import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { isTransient, Problem } from "../api/problem";
import { bodyOf } from "../api/reach";
import { openApi } from "../api/tokens";
import { Button } from "../components/Button";
import { PageHeading } from "../components/PageHeading";
import { saveFile } from "../components/saveFile";
import { Failure, Loading } from "../components/States";
import { useProblemText } from "../components/useProblemText";

const EVERY_MS = 5_000;

/** Shows somebody who was erased, and has come by the last mail, what was deleted, what was kept, and why. */
export function CertificatePage() {
  const { t } = useTranslation("privacy");
  const { token } = useSearch({ from: "/erasure" });
  return (
    <div className="page page-narrow">
      <PageHeading title={t("certificate.title")} />
      {token === undefined ? <p>{t("certificate.noLink")}</p> : <Certificate token={token} />}
    </div>
  );
}

function Certificate({ token }: { token: string }) {
  const { t } = useTranslation("privacy");
  const certificate = useQuery(certificateQuery(token));
  const text = useProblemText(certificate.error);
  if (certificate.isPending) return <Loading />;
  if (isNotDone(certificate.error)) return <p role="status">{t("certificate.notYet")}</p>;
  if (certificate.isError && isTransient(certificate.error))
    return <Failure error={certificate.error} onRetry={() => void certificate.refetch()} />;
  if (certificate.isError)
    return (
      <p className="callout callout-alarm" role="alert">
        {text}
      </p>
    );
  const { text: words, signed } = certificate.data;
  return (
    <>
      <p className="lead">{t("certificate.lead")}</p>
      <p className="privacy-actions">
        <Button variant="primary" onClick={() => saveFile(new Blob([words], { type: "text/plain" }), "certificate.txt")}>
          {t("erasures.certificate.text")}
        </Button>
        <Button onClick={() => saveFile(new Blob([signed], { type: "application/jose" }), "certificate.jws")}>
          {t("certificate.signed")}
        </Button>
      </p>
      <pre className="card privacy-certificate" lang="en">
        {words}
      </pre>
    </>
  );
}

/** Asked for again until the erasure is done. */
function certificateQuery(token: string) {
  return {
    queryKey: ["privacy", "certificate", token],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      bodyOf(openApi.POST("/api/v1/privacy/certificates/show", { body: { token }, signal })),
    retry: false,
    refetchInterval: ({ state }: { state: { error: Error | null } }) => (isNotDone(state.error) ? EVERY_MS : false),
  } as const;
}

function isNotDone(error: Error | null): boolean {
  return error instanceof Problem && error.code === "erasure_not_done";
}
