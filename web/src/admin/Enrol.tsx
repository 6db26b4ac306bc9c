import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import type { Person } from "../api/contract";
import { bodyOf } from "../api/reach";
import { Button } from "../components/Button";
import { Failure } from "../components/States";
import { useToast } from "../components/useToast";
import { PersonSearch } from "./PersonSearch";

type Role = "learner" | "teacher";
const TEACHING = ["teacher", "org_admin"];

/** Finds people by name or address and lets them belong to the class. */
export function Enrol({ classId }: { classId: string }) {
  const { t } = useTranslation("admin");
  const enrol = useEnrol(classId);
  return (
    <section aria-labelledby="class-enrol" className="card">
      <h2 id="class-enrol">{t("enrol.title")}</h2>
      {enrol.error && <Failure error={enrol.error} />}
      <PersonSearch label={t("enrol.search")} hint={t("enrol.hint")}>
        {(person) => <EnrolButton person={person} onEnrol={(role) => enrol.mutate({ person, role })} />}
      </PersonSearch>
    </section>
  );
}

function EnrolButton({ person, onEnrol }: { person: Person; onEnrol: (role: Role) => void }) {
  const { t } = useTranslation("admin");
  const mayTeach = person.roles.some((role) => TEACHING.includes(role));
  const role = mayTeach ? "teacher" : "learner";
  return (
    <Button isSmall aria-label={t(`enrol.${role}Named`, { name: person.full_name })} onClick={() => onEnrol(role)}>
      {t(`enrol.${role}`)}
    </Button>
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
