import { useMutation } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import type { Me } from "../api/contract";
import { bodyOf } from "../api/reach";
import { Button } from "../components/Button";
import { TextField } from "../components/Field";
import { SecurityFailure } from "./SecurityFailure";

/** Asks for another address; it counts once the link that is sent there has been opened. */
export function EmailForm({ me }: { me: Me }) {
  const { t } = useTranslation("settings");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const ask = useMutation({
    mutationFn: (body: { email: string; current_password?: string }) =>
      bodyOf(api.POST("/api/v1/me/email_change", { body })),
    onSuccess: () => {
      setEmail("");
      setPassword("");
    },
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!ask.isPending) ask.mutate(me.has_password ? { email, current_password: password } : { email });
  };
  return (
    <section aria-labelledby="security-email">
      <h2 id="security-email">{t("email.title")}</h2>
      <form className="card fields security-form" onSubmit={submit}>
        <p>{t("email.present", { email: me.email })}</p>
        {ask.error !== null && <SecurityFailure error={ask.error} />}
        <TextField
          label={t("email.new")}
          hint={t("email.hint")}
          type="email"
          autoComplete="email"
          maxLength={254}
          isRequired
          value={email}
          onChange={setEmail}
        />
        {me.has_password && (
          <TextField
            label={t("email.proof")}
            type="password"
            autoComplete="current-password"
            isRequired
            value={password}
            onChange={setPassword}
          />
        )}
        <p role="status">{ask.data && t("email.sent", { email: ask.data.email })}</p>
        <p>
          <Button type="submit" isBusy={ask.isPending}>
            {t("email.ask")}
          </Button>
        </p>
      </form>
    </section>
  );
}
