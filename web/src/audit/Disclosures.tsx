import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { Listing } from "../components/Listing";
import { Table, type Column } from "../components/Table";
import { Moment } from "../i18n/Moment";
import { disclosuresQuery, type Disclosure } from "./queries";

/** To whom a learner's records were disclosed, which ones, why and on what basis. `title` names the table. */
export function Disclosures({ learnerId, title }: { learnerId: string; title: string }) {
  const { t } = useTranslation("audit");
  const found = useInfiniteQuery(disclosuresQuery(learnerId));
  return (
    <>
      <Listing list={found} noneTitle={t("disclosures.noneTitle")} noneText={t("disclosures.noneText")}>
        {(rows) => <DisclosureTable title={title} disclosures={rows} />}
      </Listing>
    </>
  );
}

function DisclosureTable({ title, disclosures }: { title: string; disclosures: Disclosure[] }) {
  const { t } = useTranslation("audit");
  const columns: Column<Disclosure>[] = [
    { key: "party", head: t("disclosures.party"), cell: ({ party }) => party },
    { key: "records", head: t("disclosures.records"), cell: ({ records }) => records },
    { key: "purpose", head: t("disclosures.purpose"), cell: ({ purpose }) => purpose },
    { key: "basis", head: t("disclosures.basis"), cell: ({ basis }) => t(`disclosures.bases.${basis}`) },
    { key: "at", head: t("disclosures.at"), cell: ({ disclosed_at }) => <Moment at={disclosed_at} isDateOnly /> },
    {
      key: "by",
      head: t("disclosures.by"),
      cell: ({ kind, by_name }) => (
        <>
          {by_name ?? t("entry.unknown")}
          {kind !== "stated" && ` · ${t(`disclosures.kinds.${kind}`)}`}
        </>
      ),
    },
  ];
  return <Table caption={title} columns={columns} rows={disclosures} rowKey={({ id }) => id} />;
}
