import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import { bodyOf } from "../api/reach";
import { Button } from "../components/Button";
import { Dialog } from "../components/Dialog";
import { TextField } from "../components/Field";
import { Failure } from "../components/States";
import { useToast } from "../components/useToast";
import type { LearnerAttempt } from "./contract";
import { renewAll } from "./queries";

const MOST_MINUTES = 24 * 60;

type ExtensionDialogProps = { assignmentId: string; attempt: LearnerAttempt; onClose: () => void };

/** The extra minutes of one learner for an assignment, in all. */
export function ExtensionDialog({ assignmentId, attempt, onClose }: ExtensionDialogProps) {
  const { t } = useTranslation("teacher");
  const { learner_id: learnerId, full_name: name, extra_seconds: before } = attempt;
  const [minutes, setMinutes] = useState(String(Math.round(before / 60)));
  const [isWrong, setIsWrong] = useState(false);
  const extend = useExtend(assignmentId, learnerId, name, onClose);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const wanted = Number(minutes);
    const isRight = minutes.trim() !== "" && wanted >= 0 && wanted <= MOST_MINUTES;
    setIsWrong(!isRight);
    if (isRight && !extend.isPending) extend.mutate(Math.round(wanted * 60));
  };
  return (
    <Dialog title={t("extension.title", { name })} onClose={onClose}>
      <form className="fields" onSubmit={submit} noValidate>
        <TextField
          label={t("extension.minutes")}
          hint={t("extension.hint")}
          type="number"
          inputMode="numeric"
          min={0}
          max={MOST_MINUTES}
          error={isWrong ? t("extension.wrong", { most: MOST_MINUTES }) : null}
          value={minutes}
          onChange={setMinutes}
        />
        {extend.isError && <Failure error={extend.error} />}
        <div className="actions">
          <Button variant="quiet" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button type="submit" variant="primary" isBusy={extend.isPending}>
            {t("save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function useExtend(assignmentId: string, learnerId: string, name: string, onDone: () => void) {
  const { t } = useTranslation("teacher");
  const { show } = useToast();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (extra_seconds: number) => {
      const path = { id: assignmentId, learner_id: learnerId };
      return bodyOf(api.PUT("/api/v1/assignments/{id}/extensions/{learner_id}", { params: { path }, body: { extra_seconds } }));
    },
    onSuccess: async ({ extra_seconds: seconds, expires_at: deadline }) => {
      const count = Math.round(seconds / 60);
      show({ text: deadline ? t("extension.doneNow", { count, name }) : t("extension.done", { count, name }), tone: "good" });
      onDone();
      await renewAll(queryClient);
    },
  });
}
