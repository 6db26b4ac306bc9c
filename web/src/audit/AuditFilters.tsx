import { useTranslation } from "react-i18next";

import { Button } from "../components/Button";
import { TextField } from "../components/Field";
import { Select } from "../components/Select";
import { today, type AuditSearch } from "./auditSearch";
import { useChoices } from "./names";
import { PersonFilter } from "./PersonFilter";

const EVERYTHING: AuditSearch = {
  person: undefined,
  as: undefined,
  action: undefined,
  resource: undefined,
  of: undefined,
  from: undefined,
  to: undefined,
};

type AuditFiltersProps = { search: AuditSearch; onChange: (wanted: AuditSearch) => void };

/** Which entries are shown. */
export function AuditFilters({ search, onChange }: AuditFiltersProps) {
  const { t } = useTranslation("audit");
  const isFiltered = Object.values(search).some((value) => value !== undefined);
  return (
    <div className="audit-filters">
      <div className="filters">
        <PersonFilter search={search} onChange={onChange} />
        <Select
          label={t("filters.action")}
          value={search.action ?? ""}
          options={[{ value: "", text: t("filters.anyAction") }, ...useChoices("actions")]}
          onChange={(action) => onChange({ action: action || undefined })}
        />
        <Select
          label={t("filters.resource")}
          value={search.resource ?? ""}
          options={[{ value: "", text: t("filters.anything") }, ...useChoices("resources")]}
          onChange={(resource) => onChange({ resource: resource || undefined, of: undefined })}
        />
        <TextField
          label={t("filters.from")}
          type="date"
          max={search.to ?? today()}
          value={search.from ?? ""}
          onChange={(from) => onChange({ from: from || undefined })}
        />
        <TextField
          label={t("filters.to")}
          type="date"
          min={search.from}
          max={today()}
          value={search.to ?? ""}
          onChange={(to) => onChange({ to: to || undefined })}
        />
      </div>
      {isFiltered && (
        <p className="page-tools">
          {search.of !== undefined && <span className="hint">{t("filters.oneThing")}</span>}
          <Button isSmall onClick={() => onChange(EVERYTHING)}>
            {t("filters.clear")}
          </Button>
        </p>
      )}
    </div>
  );
}
