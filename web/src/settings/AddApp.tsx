import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import { bodyOf } from "../api/reach";
import { Button } from "../components/Button";
import { Dialog } from "../components/Dialog";
import { TextField } from "../components/Field";
import { Loading } from "../components/States";
import { SecurityFailure } from "./SecurityFailure";

type AddAppProps = { onAdded: (recoveryCodes: string[]) => void; onClose: () => void };

/** Gives an authenticator app its secret and confirms by one of its codes that it has it. */
export function AddApp({ onAdded, onClose }: AddAppProps) {
  const { t } = useTranslation("settings");
  // A new secret takes the place of one that was never confirmed, so asking again does no harm; it is kept nowhere.
  const enrolment = useQuery({
    queryKey: ["security", "totp"],
    queryFn: () => bodyOf(api.POST("/api/v1/me/totp")),
    staleTime: Infinity,
    gcTime: 0,
  });
  return (
    <Dialog title={t("app.title")} onClose={onClose}>
      {enrolment.isPending && <Loading />}
      {enrolment.isError && <SecurityFailure error={enrolment.error} />}
      {enrolment.data && (
        <>
          <ol className="prose">
            <li>
              {t("app.link")} <a href={enrolment.data.uri}>{t("app.open")}</a>
            </li>
            <li>
              {t("app.secret")} <code className="security-secret">{inGroups(enrolment.data.secret)}</code>
            </li>
            <li>{t("app.confirm")}</li>
          </ol>
          <Confirmation onAdded={onAdded} onClose={onClose} />
        </>
      )}
    </Dialog>
  );
}

function Confirmation({ onAdded, onClose }: AddAppProps) {
  const { t } = useTranslation("settings");
  const [code, setCode] = useState("");
  const confirm = useMutation({
    mutationFn: () => bodyOf(api.POST("/api/v1/me/totp/confirm", { body: { code } })),
    onSuccess: ({ recovery_codes }) => onAdded(recovery_codes),
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!confirm.isPending) confirm.mutate();
  };
  return (
    <form className="fields" onSubmit={submit}>
      {confirm.error !== null && <SecurityFailure error={confirm.error} />}
      <TextField
        label={t("app.code")}
        inputMode="numeric"
        autoComplete="one-time-code"
        pattern="[0-9]{6}"
        maxLength={6}
        isRequired
        value={code}
        onChange={setCode}
      />
      <div className="actions">
        <Button onClick={onClose}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" isBusy={confirm.isPending}>
          {t("app.add")}
        </Button>
      </div>
    </form>
  );
}

/** As people type it: four letters at a time. */
function inGroups(secret: string): string {
  return secret.match(/.{1,4}/g)?.join(" ") ?? secret;
}
