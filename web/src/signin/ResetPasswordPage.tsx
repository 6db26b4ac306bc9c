import { useMutation } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { Problem } from "../api/problem";
import { openApi } from "../api/tokens";
import { Button, buttonClass } from "../components/Button";
import { NewPasswordField } from "../components/NewPasswordField";
import { PageHeading } from "../components/PageHeading";
import { MailForm } from "./MailForm";
import { ProblemNote } from "./ProblemNote";

/** Without a link: ask for one by mail. With the link of that mail: choose a new password. */
export function ResetPasswordPage() {
  const { t } = useTranslation("signin");
  const { token } = useSearch({ from: "/reset-password" });
  return (
    <div className="page page-narrow">
      <PageHeading title={t("reset.title")} />
      {token === undefined ? <AskForMail /> : <NewPassword token={token} />}
    </div>
  );
}

function AskForMail() {
  const { t } = useTranslation("signin");
  return (
    <MailForm
      lead={t("reset.lead")}
      submit={t("reset.ask")}
      sent={t("reset.sent")}
      send={(email) => openApi.POST("/api/v1/auth/reset", { body: { email } })}
    />
  );
}

function NewPassword({ token }: { token: string }) {
  const { t } = useTranslation("signin");
  const [password, setPassword] = useState("");
  const reset = useMutation({
    mutationFn: () => openApi.POST("/api/v1/auth/reset/complete", { body: { token, password } }),
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!reset.isPending) reset.mutate();
  };
  if (reset.isSuccess)
    return (
      <div className="card fields">
        <p role="status">{t("reset.done")}</p>
        <Link to="/sign-in" className={buttonClass("primary")}>
          {t("submit")}
        </Link>
      </div>
    );
  if (reset.error instanceof Problem && reset.error.code === "link_invalid")
    return (
      <>
        <ProblemNote error={reset.error} />
        <AskForMail />
      </>
    );
  return (
    <form className="card fields" onSubmit={submit}>
      {reset.error !== null && <ProblemNote error={reset.error} />}
      <NewPasswordField label={t("newPassword")} value={password} onChange={setPassword} />
      <Button type="submit" variant="primary" isBusy={reset.isPending}>
        {t("reset.save")}
      </Button>
    </form>
  );
}
