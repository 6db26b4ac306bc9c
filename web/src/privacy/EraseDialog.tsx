import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import { bodyOf } from "../api/reach";
import { useRequestKey } from "../api/useRequestKey";
import { Button } from "../components/Button";
import { Dialog } from "../components/Dialog";
import { TextArea, TextField } from "../components/Field";
import { Failure } from "../components/States";
import { useToast } from "../components/useToast";
import { useFormats } from "../i18n/format";
import type { Subject } from "../family/OwnDataPage";

type EraseDialogProps = { subject: Subject; onAsked?: () => void; onClose: () => void };

/** Asks for an erasure; whoever asks types the name of whom it is about, so that it is nobody else and no slip. */
export function EraseDialog({ subject, onAsked, onClose }: EraseDialogProps) {
  const { t } = useTranslation("privacy");
  const [typed, setTyped] = useState("");
  const [reason, setReason] = useState("");
  const [isWrong, setIsWrong] = useState(false);
  const erase = useErase(subject, () => {
    onClose();
    onAsked?.();
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const isRight = folded(typed) === folded(subject.name);
    setIsWrong(!isRight);
    if (isRight && !erase.isPending) erase.mutate(reason.trim());
  };
  return (
    <Dialog title={subject.isMe ? t("erase.title") : t("erase.titleOf", { name: subject.name })} onClose={onClose}>
      <form className="fields" noValidate onSubmit={submit}>
        <p>{t("erase.text")}</p>
        {erase.error !== null && <Failure error={erase.error} />}
        <TextField
          label={t("erase.type", { name: subject.name })}
          autoComplete="off"
          error={isWrong ? t("erase.wrong") : null}
          isRequired
          value={typed}
          onChange={setTyped}
        />
        <TextArea label={t("erase.reason")} maxLength={1000} value={reason} onChange={setReason} />
        <div className="actions">
          <Button variant="primary" onClick={onClose}>
            {t("erase.keep")}
          </Button>
          <Button type="submit" variant="danger" isBusy={erase.isPending}>
            {t("erase.confirm")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Names are the same whatever their case and however their letters are put together. */
const folded = (name: string) => name.normalize("NFKC").trim().toLocaleLowerCase();

function useErase({ id }: Subject, onDone: () => void) {
  const { t } = useTranslation("privacy");
  const { date } = useFormats();
  const { show } = useToast();
  const queryClient = useQueryClient();
  const keyOf = useRequestKey();
  return useMutation({
    mutationFn: (reason: string) => {
      const body = { subject_id: id, reason: reason === "" ? null : reason };
      return bodyOf(api.POST("/api/v1/privacy/erasures", { params: { header: { "Idempotency-Key": keyOf(body) } }, body }));
    },
    onSuccess: ({ due_at }) => {
      show({ text: t("erase.asked", { date: date(due_at) }), tone: "good" });
      onDone();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["privacy", "erasures"] }),
  });
}
