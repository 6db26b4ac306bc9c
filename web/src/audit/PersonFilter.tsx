import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { PersonSearch } from "../admin/PersonSearch";
import { Button } from "../components/Button";
import { Select } from "../components/Select";
import type { AuditSearch } from "./auditSearch";
import { personQuery } from "./queries";

type PersonFilterProps = { search: AuditSearch; onChange: (wanted: AuditSearch) => void };

/** Finds a person; then asks whether what they did is meant, or what was done about them. */
export function PersonFilter({ search, onChange }: PersonFilterProps) {
  const { t } = useTranslation("audit");
  if (search.person !== undefined) return <Chosen id={search.person} search={search} onChange={onChange} />;
  return (
    <div>
      <PersonSearch label={t("filters.person")} hint={t("filters.personHint")}>
        {({ id, full_name: name }) => (
          <Button isSmall aria-label={t("filters.chooseNamed", { name })} onClick={() => onChange({ person: id })}>
            {t("filters.choose")}
          </Button>
        )}
      </PersonSearch>
    </div>
  );
}

function Chosen({ id, search, onChange }: PersonFilterProps & { id: string }) {
  const { t } = useTranslation("audit");
  const person = useQuery(personQuery(id));
  const name = person.data?.full_name ?? t("entry.unknown");
  return (
    <div className="fields">
      <Select
        label={person.isPending ? t("filters.person") : name}
        value={search.as ?? "actor"}
        options={[
          { value: "actor", text: t("filters.did") },
          { value: "subject", text: t("filters.about") },
        ]}
        onChange={(as) => onChange({ as: as === "subject" ? as : undefined })}
      />
      <p>
        <Button isSmall onClick={() => onChange({ person: undefined, as: undefined })}>
          {t("filters.everybody")}
        </Button>
      </p>
    </div>
  );
}
