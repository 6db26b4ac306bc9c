import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import { bodyOf } from "../api/reach";
import { Button } from "../components/Button";
import { Dialog } from "../components/Dialog";
import { TextArea, TextField } from "../components/Field";
import { Failure } from "../components/States";
import { useToast } from "../components/useToast";
import { renewAll } from "./queries";
import { useKeyOf } from "./useKeyOf";

export type Kind = "extend" | "void" | "reset";

const MOST_MINUTES = 24 * 60;
const USUAL_MINUTES = "10";

type InterventionDialogProps = { kind: Kind; sessionId: string; who: string; onClose: () => void };

/** Give a running attempt more time, or make one count for nothing. Either way it is kept who did it and why. */
export function InterventionDialog({ kind, sessionId, who, onClose }: InterventionDialogProps) {
  const { t } = useTranslation("teacher");
  const [reason, setReason] = useState("");
  const [minutes, setMinutes] = useState(USUAL_MINUTES);
  const [isChecked, setIsChecked] = useState(false);
  const intervene = useIntervention(kind, sessionId, onClose);
  const seconds = Math.round(Number(minutes) * 60);
  const hasTime = kind !== "extend" || (seconds >= 1 && seconds <= MOST_MINUTES * 60);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setIsChecked(true);
    if (reason.trim() !== "" && hasTime && !intervene.isPending) intervene.mutate({ reason: reason.trim(), seconds });
  };
  return (
    <Dialog title={t(`intervene.title.${kind}`, { who })} onClose={onClose}>
      <form className="fields" onSubmit={submit} noValidate>
        <p>{t(`intervene.text.${kind}`)}</p>
        {kind === "extend" && (
          <TextField
            label={t("intervene.minutes")}
            type="number"
            inputMode="numeric"
            min={1}
            max={MOST_MINUTES}
            isRequired
            error={isChecked && !hasTime ? t("extension.wrong", { most: MOST_MINUTES }) : null}
            value={minutes}
            onChange={setMinutes}
          />
        )}
        <TextArea
          label={t("intervene.reason")}
          hint={t("intervene.reasonHint")}
          isRequired
          maxLength={500}
          error={isChecked && reason.trim() === "" ? t("intervene.reasonMissing") : null}
          value={reason}
          onChange={setReason}
        />
        {intervene.isError && <Failure error={intervene.error} />}
        <div className="actions">
          <Button variant="quiet" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button type="submit" variant={kind === "extend" ? "primary" : "danger"} isBusy={intervene.isPending}>
            {t(`intervene.${kind}`)}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function useIntervention(kind: Kind, id: string, onDone: () => void) {
  const { t } = useTranslation("teacher");
  const { show } = useToast();
  const queryClient = useQueryClient();
  const keyOf = useKeyOf();
  return useMutation({
    mutationFn: ({ reason, seconds }: { reason: string; seconds: number }) => {
      if (kind !== "extend") return bodyOf(api.POST(`/api/v1/sessions/{id}/${kind}`, { params: { path: { id } }, body: { reason } }));
      const body = { reason, extra_seconds: seconds };
      const params = { path: { id }, header: { "Idempotency-Key": keyOf(body) } };
      return bodyOf(api.POST("/api/v1/sessions/{id}/extend", { params, body }));
    },
    onSuccess: async () => {
      show({ text: t(`intervene.done.${kind}`), tone: "good" });
      onDone();
      await renewAll(queryClient);
    },
  });
}
