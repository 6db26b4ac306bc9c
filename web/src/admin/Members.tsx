import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import type { Enrolment } from "../api/contract";
import { Button } from "../components/Button";
import { ConfirmDialog } from "../components/ConfirmDialog";
import { Listing } from "../components/Listing";
import { Failure } from "../components/States";
import { Table, type Column } from "../components/Table";
import { Moment } from "../i18n/Moment";
import { MoveDialog } from "./MoveDialog";
import { PersonName } from "./PersonName";
import { enrolmentsQuery } from "./queries";

/** Who belongs to a class, with ways to take each of them out, and learners to another class. */
export function Members({ classId }: { classId: string }) {
  const { t } = useTranslation("admin");
  const members = useInfiniteQuery(enrolmentsQuery(classId));
  const [leaving, setLeaving] = useState<Enrolment | null>(null);
  const [moving, setMoving] = useState<Enrolment | null>(null);
  const remove = useRemove(classId);
  return (
    <section aria-labelledby="class-members">
      <h2 id="class-members">{t("members.title")}</h2>
      {remove.error && <Failure error={remove.error} />}
      <Listing list={members} noneTitle={t("members.noneTitle")} noneText={t("members.noneText")}>
        {(rows) => <MemberTable members={rows} onMove={setMoving} onRemove={setLeaving} />}
      </Listing>
      {moving && <MoveDialog classId={classId} member={moving} onClose={() => setMoving(null)} />}
      {leaving && (
        <ConfirmDialog
          title={t("members.removeTitle", { name: leaving.full_name })}
          text={t("members.removeText")}
          cancel={t("members.keep")}
          confirm={t("members.remove")}
          isDangerous
          onCancel={() => setLeaving(null)}
          onConfirm={() => {
            setLeaving(null);
            remove.mutate(leaving.user_id);
          }}
        />
      )}
    </section>
  );
}

function useRemove(classId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (userId: string) =>
      api.DELETE("/api/v1/classes/{id}/enrolments/{user_id}", { params: { path: { id: classId, user_id: userId } } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["classes"] }),
  });
}

type MemberTableProps = { members: Enrolment[]; onMove: (member: Enrolment) => void; onRemove: (member: Enrolment) => void };

function MemberTable({ members, onMove, onRemove }: MemberTableProps) {
  const { t } = useTranslation(["admin", "common"]);
  const columns: Column<Enrolment>[] = [
    { key: "name", head: t("people.name"), cell: (member) => <PersonName person={member} linkTo={member.user_id} /> },
    { key: "role", head: t("members.role"), cell: ({ role }) => t(`common:roles.${role}`) },
    { key: "email", head: t("people.email"), cell: ({ email }) => email },
    { key: "since", head: t("members.since"), cell: ({ enrolled_at }) => <Moment at={enrolled_at} isDateOnly /> },
    {
      key: "remove",
      head: t("members.actions"),
      cell: (member) => (
        <span className="row-actions">
          {member.role === "learner" && (
            <Button isSmall aria-label={t("move.openNamed", { name: member.full_name })} onClick={() => onMove(member)}>
              {t("move.open")}
            </Button>
          )}
          <Button isSmall aria-label={t("members.removeNamed", { name: member.full_name })} onClick={() => onRemove(member)}>
            {t("members.remove")}
          </Button>
        </span>
      ),
    },
  ];
  return <Table caption={t("members.title")} columns={columns} rows={members} rowKey={({ user_id }) => user_id} />;
}
