import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { buttonClass } from "../components/Button";
import { PageHeading } from "../components/PageHeading";
import { ShowMore } from "../components/ShowMore";
import { EmptyState, Failure, Loading } from "../components/States";
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
        {entries.isPending && <Loading />}
        {entries.isError && <Failure error={entries.error} onRetry={() => void entries.refetch()} />}
        {entries.data?.length === 0 && <EmptyState title={t("log.noneTitle")} text={t("log.noneText")} />}
        {entries.data && entries.data.length > 0 && <AuditTable entries={entries.data} />}
        {entries.data && (
          <ShowMore
            shown={entries.data.length}
            hasMore={entries.hasNextPage}
            isBusy={entries.isFetchingNextPage}
            onMore={() => void entries.fetchNextPage()}
          />
        )}
      </section>
    </div>
  );
}
