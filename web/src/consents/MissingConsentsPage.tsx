import "./consents.css";

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "../components/Button";
import { Dialog } from "../components/Dialog";
import { Listing } from "../components/Listing";
import { PageHeading } from "../components/PageHeading";
import { Failure } from "../components/States";
import { Table, type Column } from "../components/Table";
import { AskGuardian } from "./AskGuardian";
import { Attest } from "./Attest";
import { missingQuery, purposesQuery, type MissingConsent } from "./queries";

/** The children for whom a consent is missing, and the ways to it: the school agrees, or their guardians are asked. */
export function MissingConsentsPage() {
  const { t, i18n } = useTranslation("consents");
  const missing = useInfiniteQuery(missingQuery);
  const texts = useQuery(purposesQuery(i18n.language));
  const [asking, setAsking] = useState<MissingConsent | null>(null);
  return (
    <div className="page">
      <div className="page-top">
        <p>
          <Link to="/admin/people">{t("missing.people")}</Link>
        </p>
        <PageHeading title={t("missing.title")} />
        <p className="lead">{t("missing.lead")}</p>
      </div>
      {texts.isError && <Failure error={texts.error} onRetry={() => void texts.refetch()} />}
      {texts.data && <Attest texts={texts.data} />}
      <section aria-labelledby="missing-list">
        <h2 id="missing-list">{t("missing.list")}</h2>
        <Listing list={missing} noneTitle={t("missing.noneTitle")} noneText={t("missing.noneText")}>
          {(rows) => (
            <MissingTable
              missing={rows}
              titleOf={(wanted) => texts.data?.purposes.find(({ purpose }) => purpose === wanted)?.title ?? wanted}
              onAsk={setAsking}
            />
          )}
        </Listing>
      </section>
      {asking && (
        <Dialog title={t("missing.askTitle", { name: asking.full_name })} onClose={() => setAsking(null)}>
          <AskGuardian subjectId={asking.learner_id} />
        </Dialog>
      )}
    </div>
  );
}

type MissingTableProps = {
  missing: MissingConsent[];
  titleOf: (purpose: string) => string;
  onAsk: (learner: MissingConsent) => void;
};

function MissingTable({ missing, titleOf, onAsk }: MissingTableProps) {
  const { t } = useTranslation("consents");
  const columns: Column<MissingConsent>[] = [
    { key: "name", head: t("missing.learner"), cell: ({ full_name }) => full_name },
    { key: "what", head: t("missing.what"), cell: ({ purposes }) => purposes.map(titleOf).join(", ") },
    { key: "refused", head: t("missing.refused"), cell: ({ refused }) => refused.map(titleOf).join(", ") || "–" },
    {
      key: "ask",
      head: t("missing.ask"),
      cell: (learner) => (
        <Button isSmall aria-label={t("missing.askFor", { name: learner.full_name })} onClick={() => onAsk(learner)}>
          {t("missing.ask")}
        </Button>
      ),
    },
  ];
  return <Table caption={t("missing.list")} columns={columns} rows={missing} rowKey={({ learner_id }) => learner_id} />;
}
