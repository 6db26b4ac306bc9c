import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import { Problem } from "../api/problem";
import { bodyOf } from "../api/reach";
import type { components } from "../api/schema";
import { useRequestKey } from "../api/useRequestKey";
import { Button } from "../components/Button";
import { Dialog } from "../components/Dialog";
import { TextField } from "../components/Field";
import { Select } from "../components/Select";
import { Failure } from "../components/States";
import { useToast } from "../components/useToast";
import { firstSpoken, LANGUAGE_NAMES, LANGUAGES, type Language } from "../i18n/languages";
import { invitationsQuery } from "./queries";
import { rolesQuery, useRoleName } from "./roles";

const EMAIL = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;

/** Invites somebody by mail, in a language and as what they are to be here. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const { t, i18n } = useTranslation("admin");
  const nameOf = useRoleName();
  const roles = useQuery(rolesQuery);
  const [email, setEmail] = useState("");
  const [role, setRole] = useState("teacher");
  const [language, setLanguage] = useState<Language>(firstSpoken([i18n.language]));
  const [isTried, setIsTried] = useState(false);
  const invite = useInvite(onClose);
  const isKnown = invite.error instanceof Problem && invite.error.code === "account_exists";
  const given = email.trim();
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setIsTried(true);
    if (EMAIL.test(given) && !invite.isPending) invite.mutate({ email: given, role, language });
  };
  return (
    <Dialog title={t("invitations.invite")} onClose={onClose}>
      <form className="fields" noValidate onSubmit={submit}>
        <p>{t("invitations.text")}</p>
        {invite.error !== null && !isKnown && <Failure error={invite.error} />}
        {roles.isError && <Failure error={roles.error} onRetry={() => void roles.refetch()} />}
        <TextField
          label={t("people.email")}
          type="email"
          autoComplete="off"
          maxLength={254}
          isRequired
          error={isKnown ? t("invitations.known") : isTried && !EMAIL.test(given) ? t("invitations.noAddress") : null}
          value={email}
          onChange={(changed) => {
            setEmail(changed);
            invite.reset();
          }}
        />
        <Select
          label={t("people.role")}
          value={role}
          options={(roles.data ?? [role]).map((value) => ({ value, text: nameOf(value) }))}
          onChange={setRole}
        />
        <Select
          label={t("invitations.language")}
          value={language}
          options={LANGUAGES.map((value) => ({ value, text: LANGUAGE_NAMES[value], lang: value }))}
          onChange={setLanguage}
        />
        <div className="actions">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" variant="primary" isBusy={invite.isPending}>
            {t("invitations.send")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function useInvite(onDone: () => void) {
  const { t } = useTranslation("admin");
  const queryClient = useQueryClient();
  const { show } = useToast();
  const keyOf = useRequestKey();
  return useMutation({
    mutationFn: (body: components["schemas"]["NewInvitation"]) => {
      const params = { header: { "Idempotency-Key": keyOf(body) } };
      return bodyOf(api.POST("/api/v1/invitations", { params, body }));
    },
    onSuccess: ({ email }) => {
      show({ text: t("invitations.done", { email }), tone: "good" });
      onDone();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: invitationsQuery.queryKey }),
  });
}
