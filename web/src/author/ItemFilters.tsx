import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { SearchField } from "../components/SearchField";
import { Select } from "../components/Select";
import { SORTS, STATUSES, type ItemSearch } from "./itemSearch";
import { conceptsQuery } from "./queries";

type ItemFiltersProps = { search: ItemSearch; onChange: (wanted: ItemSearch) => void };

/** What the list shows, and in which order. */
export function ItemFilters({ search, onChange }: ItemFiltersProps) {
  const { t } = useTranslation(["author", "common"]);
  const concepts = useQuery(conceptsQuery);
  const skills = (concepts.data ?? []).map(({ code, name }) => ({ value: code, text: name }));
  return (
    <div className="filters">
      <SearchField
        label={t("common:search.label")}
        hint={t("items.keys")}
        value={search.query ?? ""}
        onSearch={(query) => onChange({ query: query || undefined })}
      />
      <Select
        label={t("items.skill")}
        value={search.concept ?? ""}
        options={[{ value: "", text: t("items.allSkills") }, ...skills]}
        onChange={(concept) => onChange({ concept: concept || undefined })}
      />
      <Select
        label={t("items.status")}
        value={search.status ?? ""}
        options={[
          { value: "", text: t("items.allStatuses") },
          ...STATUSES.map((value) => ({ value, text: t(`status.${value}`) })),
        ]}
        onChange={(status) => onChange({ status: status || undefined })}
      />
      <Select
        label={t("items.sort")}
        value={search.sort ?? "code"}
        options={SORTS.map((value) => ({ value, text: t(`sorts.${value}`) }))}
        onChange={(sort) => onChange({ sort: sort === "code" ? undefined : sort })}
      />
    </div>
  );
}
