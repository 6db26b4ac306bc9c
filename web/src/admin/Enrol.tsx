import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import type { Person } from "../api/contract";
import { bodyOf } from "../api/reach";
import { Button } from "../components/Button";
import { SearchField } from "../components/SearchField";
import { Failure } from "../components/States";
import { useToast } from "../components/useToast";
import { PersonName } from "./PersonName";
import { peopleFoundQuery } from "./queries";

type Role = "learner" | "teacher";
const TEACHING = ["teacher", "org_admin"];

/** Finds people by name or address and lets them belong to the class. */
export function Enrol({ classId }: { classId: string }) {
  const { t } = useTranslation("admin");
  const [search, setSearch] = useState("");
  const found = useQuery(peopleFoundQuery(search));
  const enrol = useEnrol(classId);
  const people = search === "" ? [] : (found.data?.items ?? []);
  return (
    <section aria-labelledby="class-enrol" className="card">
      <h2 id="class-enrol">{t("enrol.title")}</h2>
      <SearchField label={t("enrol.search")} hint={t("enrol.hint")} value={search} onSearch={setSearch} />
      {found.isError && <Failure error={found.error} onRetry={() => void found.refetch()} />}
      {enrol.error && <Failure error={enrol.error} />}
      <p role="status" className="hint">
        {search !== "" && found.data && t("enrol.found", { count: people.length })}
      </p>
      {people.length > 0 && (
        <ul className="people-found">
          {people.map((person) => (
            <Found key={person.id} person={person} onEnrol={(role) => enrol.mutate({ person, role })} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Found({ person, onEnrol }: { person: Person; onEnrol: (role: Role) => void }) {
  const { t } = useTranslation("admin");
  const mayTeach = person.roles.some((role) => TEACHING.includes(role));
  const role = mayTeach ? "teacher" : "learner";
  return (
    <li>
      <span>
        <PersonName person={person} /> <span className="hint">{person.email}</span>
      </span>
      <Button isSmall aria-label={t(`enrol.${role}Named`, { name: person.full_name })} onClick={() => onEnrol(role)}>
        {t(`enrol.${role}`)}
      </Button>
    </li>
  );
}

function useEnrol(classId: string) {
  const { t } = useTranslation("admin");
  const queryClient = useQueryClient();
  const { show } = useToast();
  return useMutation({
    mutationFn: ({ person, role }: { person: Person; role: Role }) => {
      const params = { path: { id: classId, user_id: person.id } };
      return bodyOf(api.PUT("/api/v1/classes/{id}/enrolments/{user_id}", { params, body: { role } }));
    },
    onSuccess: ({ full_name }) => show({ text: t("enrol.done", { name: full_name }), tone: "good" }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["classes"] }),
  });
}
