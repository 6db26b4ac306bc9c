import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import type { Enrolment } from "../api/contract";
import { bodyOf } from "../api/reach";
import { Button } from "../components/Button";
import { Dialog } from "../components/Dialog";
import { Select } from "../components/Select";
import { EmptyState, Failure, Loading } from "../components/States";
import { useToast } from "../components/useToast";
import { allClassesQuery } from "./queries";

type MoveDialogProps = { classId: string; member: Enrolment; onClose: () => void };
type Choice = { id: string; name: string };

/** Takes a learner out of a class and into another at once. */
export function MoveDialog({ classId, member, onClose }: MoveDialogProps) {
  const { t } = useTranslation("admin");
  const classes = useQuery(allClassesQuery);
  const others = classes.data?.filter(({ id, archived_at }) => id !== classId && archived_at === null);
  return (
    <Dialog title={t("move.title", { name: member.full_name })} onClose={onClose}>
      <p>{t("move.text")}</p>
      {classes.isPending && <Loading />}
      {classes.isError && <Failure error={classes.error} onRetry={() => void classes.refetch()} />}
      {others?.length === 0 && <EmptyState title={t("move.noneTitle")} text={t("move.noneText")} />}
      {others && others.length > 0 && (
        <MoveForm classId={classId} member={member} classes={others} onClose={onClose} />
      )}
    </Dialog>
  );
}

function MoveForm({ classId, member, classes, onClose }: MoveDialogProps & { classes: Choice[] }) {
  const { t } = useTranslation("admin");
  const [to, setTo] = useState("");
  const [isMissing, setIsMissing] = useState(false);
  const move = useMove(classId, member, onClose);
  const chosen = classes.find(({ id }) => id === to);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setIsMissing(!chosen);
    if (chosen && !move.isPending) move.mutate(chosen);
  };
  return (
    <form className="fields" noValidate onSubmit={submit}>
      {move.error !== null && <Failure error={move.error} />}
      <Select
        label={t("move.to")}
        isRequired
        error={isMissing && !chosen ? t("move.missing") : null}
        value={to}
        options={[
          { value: "", text: t("move.choose") },
          ...classes.map(({ id, name }) => ({ value: id, text: name })),
        ]}
        onChange={setTo}
      />
      <div className="actions">
        <Button onClick={onClose}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" isBusy={move.isPending}>
          {t("move.move")}
        </Button>
      </div>
    </form>
  );
}

function useMove(classId: string, member: Enrolment, onDone: () => void) {
  const { t } = useTranslation("admin");
  const queryClient = useQueryClient();
  const { show } = useToast();
  return useMutation({
    mutationFn: ({ id }: Choice) => {
      const params = { path: { id: classId, user_id: member.user_id } };
      const body = { to_class_id: id };
      return bodyOf(api.POST("/api/v1/classes/{id}/enrolments/{user_id}/transfer", { params, body }));
    },
    onSuccess: (_, { name }) => {
      show({ text: t("move.done", { name: member.full_name, class: name }), tone: "good" });
      onDone();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["classes"] }),
  });
}
