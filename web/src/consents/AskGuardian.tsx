import { useMutation } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import { bodyOf } from "../api/reach";
import { Button } from "../components/Button";
import { TextField } from "../components/Field";
import { Failure } from "../components/States";
import { firstSpoken } from "../i18n/languages";

/** Has a mail sent to a guardian, by whose link they can agree; `subjectId` is of whom they are the guardian. */
export function AskGuardian({ subjectId }: { subjectId: string }) {
  const { t, i18n } = useTranslation("consents");
  const [email, setEmail] = useState("");
  const ask = useMutation({
    mutationFn: (guardian_email: string) => {
      const body = { subject_id: subjectId, guardian_email, language: firstSpoken([i18n.language]) };
      return bodyOf(api.POST("/api/v1/consent_requests", { body }));
    },
    onSuccess: () => setEmail(""),
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!ask.isPending) ask.mutate(email.trim());
  };
  return (
    <form className="fields" onSubmit={submit}>
      {ask.error !== null && <Failure error={ask.error} />}
      <TextField
        label={subjectId === "me" ? t("ask.email") : t("ask.emailOf")}
        hint={t("ask.hint")}
        type="email"
        autoComplete="off"
        maxLength={254}
        isRequired
        value={email}
        onChange={setEmail}
      />
      <p>
        <Button type="submit" variant="primary" isBusy={ask.isPending}>
          {t("ask.send")}
        </Button>
      </p>
      <p role="status">{ask.data && t("ask.sent", { email: ask.data.guardian_email })}</p>
    </form>
  );
}
