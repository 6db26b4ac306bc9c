import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { RosterImport } from "../api/contract";
import { Badge } from "../components/Badge";
import { Listing } from "../components/Listing";
import { PageHeading } from "../components/PageHeading";
import { Table, type Column } from "../components/Table";
import { Moment } from "../i18n/Moment";
import { rostersQuery } from "./queries";
import { RosterState } from "./RosterState";
import { RosterUpload } from "./RosterUpload";

/** Rosters: a file is compared with what is there and then taken; and which ones were. */
export function RostersPage() {
  const { t } = useTranslation("admin");
  const rosters = useInfiniteQuery(rostersQuery);
  return (
    <div className="page">
      <p className="crumbs">
        <Link to="/admin/people">{t("people.title")}</Link>
      </p>
      <div className="page-top">
        <PageHeading title={t("rosters.title")} />
        <p className="lead">{t("rosters.lead")}</p>
      </div>
      <RosterUpload />
      <section aria-labelledby="roster-history">
        <h2 id="roster-history">{t("rosters.history")}</h2>
        <Listing list={rosters} noneTitle={t("rosters.noneTitle")} noneText={t("rosters.noneText")}>
          {(rows) => <RosterTable rosters={rows} />}
        </Listing>
      </section>
    </div>
  );
}

function RosterTable({ rosters }: { rosters: RosterImport[] }) {
  const { t } = useTranslation("admin");
  const columns: Column<RosterImport>[] = [
    {
      key: "name",
      head: t("rosters.file"),
      cell: ({ id, name }) => (
        <Link to="/admin/rosters/$rosterId" params={{ rosterId: id }}>
          {name}
        </Link>
      ),
    },
    {
      key: "what",
      head: t("rosters.what"),
      cell: ({ is_dry_run }) =>
        is_dry_run ? <Badge>{t("rosters.compared")}</Badge> : <Badge tone="good">{t("rosters.taken")}</Badge>,
    },
    { key: "state", head: t("rosters.state"), cell: (roster) => <RosterState roster={roster} /> },
    { key: "at", head: t("rosters.at"), cell: ({ created_at }) => <Moment at={created_at} /> },
  ];
  return <Table caption={t("rosters.history")} columns={columns} rows={rosters} rowKey={({ id }) => id} />;
}
