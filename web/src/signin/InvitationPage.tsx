import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { bodyOf } from "../api/reach";
import { openApi, signIn } from "../api/tokens";
import { Button } from "../components/Button";
import { TextField } from "../components/Field";
import { NewPasswordField } from "../components/NewPasswordField";
import { PageHeading } from "../components/PageHeading";
import { Failure, Loading } from "../components/States";
import { ProblemNote } from "./ProblemNote";

/** Says who invites as what, makes the account, and signs in to it. */
export function InvitationPage() {
  const { t } = useTranslation("signin");
  const { token } = useSearch({ from: "/invitation" });
  return (
    <div className="page page-narrow">
      <PageHeading title={t("invitation.title")} />
      {token === undefined ? <NoLink /> : <Invitation token={token} />}
    </div>
  );
}

function NoLink() {
  const { t } = useTranslation("signin");
  return (
    <div className="card fields">
      <p>{t("invitation.noLink")}</p>
      <p>
        <Link to="/sign-in">{t("backToSignIn")}</Link>
      </p>
    </div>
  );
}

function Invitation({ token }: { token: string }) {
  const { t } = useTranslation(["signin", "common"]);
  const invitation = useQuery({
    queryKey: ["invitation", token],
    queryFn: ({ signal }) => bodyOf(openApi.POST("/api/v1/auth/invitation", { body: { token }, signal })),
    staleTime: Infinity,
  });
  if (invitation.isPending) return <Loading />;
  if (invitation.isError)
    return (
      <>
        <Failure error={invitation.error} onRetry={() => void invitation.refetch()} />
        <NoLink />
      </>
    );
  const { organisation, role, email } = invitation.data;
  return (
    <>
      <p className="lead">
        {t("invitation.lead", { organisation, email, role: t(`common:roles.${role as "learner"}`, { defaultValue: role }) })}
      </p>
      <Acceptance token={token} email={email} />
    </>
  );
}

function Acceptance({ token, email }: { token: string; email: string }) {
  const { t } = useTranslation("signin");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const accept = useAccept(token);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!accept.isPending) accept.mutate({ full_name: name.trim(), password });
  };
  return (
    <form className="card fields" onSubmit={submit}>
      {accept.error !== null && <ProblemNote error={accept.error} />}
      <TextField label={t("email")} type="email" autoComplete="username" readOnly value={email} onChange={() => undefined} />
      <TextField label={t("fullName")} autoComplete="name" maxLength={120} isRequired value={name} onChange={setName} />
      <NewPasswordField label={t("newPassword")} value={password} onChange={setPassword} />
      <Button type="submit" variant="primary" isBusy={accept.isPending}>
        {t("invitation.accept")}
      </Button>
    </form>
  );
}

/** Whoever was signed in here before leaves nothing behind for the new person to see. */
function useAccept(token: string) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (wanted: { full_name: string; password: string }) => {
      const body = { token, ...wanted };
      const { email, organisation } = await bodyOf(openApi.POST("/api/v1/auth/invitation/accept", { body }));
      await signIn({ email, password: wanted.password, organisation });
    },
    onSuccess: async () => {
      queryClient.clear();
      await navigate({ to: "/" });
    },
  });
}
