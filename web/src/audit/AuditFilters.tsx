import { useId } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "../components/Button";
import { TextField } from "../components/Field";
import { SearchField } from "../components/SearchField";
import { Select } from "../components/Select";
import { inWords, today, type AuditSearch } from "./auditSearch";
import { PersonFilter } from "./PersonFilter";
import { RESOURCES, useResourceName } from "./resources";

const EVERYTHING: AuditSearch = {
  person: undefined,
  as: undefined,
  action: undefined,
  resource: undefined,
  of: undefined,
  from: undefined,
  to: undefined,
};

type AuditFiltersProps = { search: AuditSearch; actions: string[]; onChange: (wanted: AuditSearch) => void };

/** Which entries are shown. `actions` are those that have been met so far; they are offered while one types. */
export function AuditFilters({ search, actions, onChange }: AuditFiltersProps) {
  const { t } = useTranslation("audit");
  const nameOf = useResourceName();
  const id = useId();
  const isFiltered = Object.values(search).some((value) => value !== undefined);
  return (
    <div className="audit-filters">
      <div className="filters">
        <PersonFilter search={search} onChange={onChange} />
        <SearchField
          label={t("filters.action")}
          hint={t("filters.actionHint")}
          list={id}
          value={search.action ?? ""}
          onSearch={(action) => onChange({ action: action || undefined })}
        />
        <datalist id={id}>
          {[...new Set(actions)].sort().map((action) => (
            <option key={action} value={inWords(action)} />
          ))}
        </datalist>
        <Select
          label={t("filters.resource")}
          value={search.resource ?? ""}
          options={[
            { value: "", text: t("filters.anything") },
            ...RESOURCES.map((value) => ({ value, text: nameOf(value) })),
          ]}
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
