import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { Person } from "../api/contract";
import { SearchField } from "../components/SearchField";
import { Failure } from "../components/States";
import { PersonName } from "./PersonName";
import { peopleFoundQuery } from "./queries";

type PersonSearchProps = { label: string; hint: string; withRole?: string; children: (person: Person) => ReactNode };

/** Finds people by name or address; `children` draws what can be done with each of them. */
export function PersonSearch({ label, hint, withRole = "", children }: PersonSearchProps) {
  const { t } = useTranslation("admin");
  const [search, setSearch] = useState("");
  const found = useQuery(peopleFoundQuery(search, withRole));
  const people = search === "" ? [] : (found.data?.items ?? []);
  return (
    <>
      <SearchField label={label} hint={hint} value={search} onSearch={setSearch} />
      {found.isError && <Failure error={found.error} onRetry={() => void found.refetch()} />}
      <p role="status" className="hint">
        {search !== "" && found.data && t("enrol.found", { count: people.length })}
      </p>
      {people.length > 0 && (
        <ul className="people-found">
          {people.map((person) => (
            <li key={person.id}>
              <span>
                <PersonName person={person} /> <span className="hint">{person.email}</span>
              </span>
              {children(person)}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
