import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "../components/Button";
import { TextField } from "../components/Field";
import { ProblemNote } from "./ProblemNote";

type MailFormProps = { lead: string; submit: string; sent: string; send: (email: string) => Promise<unknown> };

/** Asks for an address to send a mail to. What is said then is the same whether or not there is such an account. */
export function MailForm({ lead, submit, sent, send }: MailFormProps) {
  const { t } = useTranslation("signin");
  const [email, setEmail] = useState("");
  const request = useMutation({ mutationFn: () => send(email.trim()) });
  const ask = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!request.isPending) request.mutate();
  };
  return (
    <form className="card fields" onSubmit={ask}>
      <p>{lead}</p>
      {request.error !== null && <ProblemNote error={request.error} />}
      <TextField label={t("email")} type="email" autoComplete="username" isRequired value={email} onChange={setEmail} />
      <Button type="submit" variant="primary" isBusy={request.isPending}>
        {submit}
      </Button>
      <p role="status">{request.isSuccess && sent}</p>
      <p>
        <Link to="/sign-in">{t("backToSignIn")}</Link>
      </p>
    </form>
  );
}
