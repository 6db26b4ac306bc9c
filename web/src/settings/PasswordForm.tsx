import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import type { Me } from "../api/contract";
import { Button } from "../components/Button";
import { TextField } from "../components/Field";
import { NewPasswordField } from "../components/NewPasswordField";
import { useToast } from "../components/useToast";
import { signInsQuery } from "./queries";
import { SecurityFailure } from "./SecurityFailure";

/** Changes the password; whoever has none, because they sign in elsewhere, is led to get one by mail. */
export function PasswordForm({ me }: { me: Me }) {
  const { t } = useTranslation("settings");
  return (
    <section aria-labelledby="security-password">
      <h2 id="security-password">{t("password.title")}</h2>
      {me.has_password ? (
        <ChangeForm email={me.email} />
      ) : (
        <p>
          {t("password.none")} <Link to="/reset-password">{t("password.get")}</Link>
        </p>
      )}
    </section>
  );
}

function ChangeForm({ email }: { email: string }) {
  const { t } = useTranslation("settings");
  const [current, setCurrent] = useState("");
  const [wanted, setWanted] = useState("");
  const change = useChange(() => {
    setCurrent("");
    setWanted("");
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!change.isPending) change.mutate({ current_password: current, new_password: wanted });
  };
  return (
    <form className="card fields security-form" onSubmit={submit}>
      <p>{t("password.lead")}</p>
      {change.error !== null && <SecurityFailure error={change.error} />}
      {/* For password managers, which have to know whose password it is. */}
      <input type="text" autoComplete="username" value={email} readOnly hidden />
      <TextField
        label={t("password.current")}
        type="password"
        autoComplete="current-password"
        isRequired
        value={current}
        onChange={setCurrent}
      />
      <NewPasswordField label={t("password.new")} value={wanted} onChange={setWanted} />
      <p>
        <Button type="submit" isBusy={change.isPending}>
          {t("password.change")}
        </Button>
      </p>
    </form>
  );
}

function useChange(onDone: () => void) {
  const { t } = useTranslation("settings");
  const queryClient = useQueryClient();
  const { show } = useToast();
  return useMutation({
    mutationFn: (body: { current_password: string; new_password: string }) => api.POST("/api/v1/me/password", { body }),
    onSuccess: async () => {
      show({ text: t("password.changed"), tone: "good" });
      onDone();
      await queryClient.invalidateQueries({ queryKey: signInsQuery.queryKey });
    },
  });
}
