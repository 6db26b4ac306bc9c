import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { buttonClass } from "../components/Button";
import { Listing } from "../components/Listing";
import { PageHeading } from "../components/PageHeading";
import { AuditCheck } from "./AuditCheck";
import { AuditExport } from "./AuditExport";
import { AuditFilters } from "./AuditFilters";
import type { AuditSearch } from "./auditSearch";
import { AuditTable } from "./AuditTable";
import { auditLogQuery } from "./queries";

/** The audit log: who did what to what, about whom; whether it is as it was written; and the way to take it along. */
export function AuditPage() {
  const { t } = useTranslation("audit");
  const search = useSearch({ from: "/signed-in/admin/audit" });
  const navigate = useNavigate();
  const entries = useInfiniteQuery(auditLogQuery(search));
  const change = (wanted: AuditSearch) =>
    void navigate({ to: "/admin/audit", search: { ...search, ...wanted }, replace: true, resetScroll: false });
  return (
    <div className="page">
      <div className="page-top">
        <PageHeading title={t("log.title")} />
        <p className="lead">{t("log.lead")}</p>
        <div className="page-tools">
          <AuditExport from={search.from} to={search.to} />
          <Link to="/admin/disclosures" className={buttonClass()}>
            {t("disclosures.title")}
          </Link>
        </div>
      </div>
      <AuditCheck />
      <section aria-labelledby="audit-entries">
        <h2 id="audit-entries">{t("log.entries")}</h2>
        <AuditFilters search={search} onChange={change} />
        <Listing list={entries} noneTitle={t("log.noneTitle")} noneText={t("log.noneText")}>
          {(rows) => <AuditTable entries={rows} />}
        </Listing>
      </section>
    </div>
  );
}
