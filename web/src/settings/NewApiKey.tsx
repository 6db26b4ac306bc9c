import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import { Problem } from "../api/problem";
import { bodyOf } from "../api/reach";
import { Button } from "../components/Button";
import { Dialog } from "../components/Dialog";
import { Check, TextField } from "../components/Field";
import { apiKeysQuery } from "./queries";
import { SecurityFailure } from "./SecurityFailure";

type NewApiKeyProps = { permissions: string[]; onClose: () => void };

/** Makes an API key that may do some of what its owner may, and shows it this once. */
export function NewApiKey({ permissions, onClose }: NewApiKeyProps) {
  const { t } = useTranslation("settings");
  const [key, setKey] = useState<string | null>(null);
  if (key === null) return <KeyForm permissions={permissions} onMade={setKey} onClose={onClose} />;
  return (
    <Dialog title={t("keys.madeTitle")} onClose={onClose}>
      <p>{t("keys.madeText")}</p>
      <p>
        <code className="security-secret">{key}</code>
      </p>
      <div className="actions">
        <Button variant="primary" onClick={onClose}>
          {t("keys.kept")}
        </Button>
      </div>
    </Dialog>
  );
}

type KeyFormProps = NewApiKeyProps & { onMade: (key: string) => void };

function KeyForm({ permissions, onMade, onClose }: KeyFormProps) {
  const { t } = useTranslation("settings");
  const [name, setName] = useState("");
  const [expires, setExpires] = useState("");
  const [chosen, setChosen] = useState<string[]>([]);
  const [isMissing, setIsMissing] = useState(false);
  const make = useMake(onMade);
  const isNameTaken = make.error instanceof Problem && make.error.code === "name_taken";
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setIsMissing(chosen.length === 0);
    if (chosen.length > 0 && !make.isPending) make.mutate({ name: name.trim(), permissions: chosen, expires_at: endOf(expires) });
  };
  return (
    <Dialog title={t("keys.new")} onClose={onClose}>
      <form className="fields" onSubmit={submit}>
        {make.error !== null && !isNameTaken && <SecurityFailure error={make.error} />}
        <TextField
          label={t("keys.name")}
          maxLength={120}
          isRequired
          error={isNameTaken ? t("keys.nameTaken") : null}
          value={name}
          onChange={setName}
        />
        <TextField label={t("keys.expires")} hint={t("keys.expiresHint")} type="date" value={expires} onChange={setExpires} />
        <Permissions all={permissions} chosen={chosen} isMissing={isMissing} onChange={setChosen} />
        <div className="actions">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" variant="primary" isBusy={make.isPending}>
            {t("keys.make")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

type PermissionsProps = { all: string[]; chosen: string[]; isMissing: boolean; onChange: (chosen: string[]) => void };

function Permissions({ all, chosen, isMissing, onChange }: PermissionsProps) {
  const { t } = useTranslation("settings");
  return (
    <fieldset className="security-permissions">
      <legend>{t("keys.permissions")}</legend>
      {isMissing && (
        <p className="field-error" role="alert">
          {t("keys.permissionMissing")}
        </p>
      )}
      {all.map((permission) => (
        <Check
          key={permission}
          label={permission}
          isOn={chosen.includes(permission)}
          onChange={(isOn) => onChange(all.filter((each) => (each === permission ? isOn : chosen.includes(each))))}
        />
      ))}
    </fieldset>
  );
}

type Wanted = { name: string; permissions: string[]; expires_at: string | null };

function useMake(onMade: (key: string) => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: Wanted) => bodyOf(api.POST("/api/v1/api_keys", { body: { ...body, rate_limit_per_hour: 1000 } })),
    onSuccess: async ({ key }) => {
      onMade(key);
      await queryClient.invalidateQueries({ queryKey: apiKeysQuery.queryKey });
    },
  });
}

/** The end of that day where the reader is; null for no day. */
function endOf(day: string): string | null {
  return day === "" ? null : new Date(`${day}T23:59:59`).toISOString();
}
