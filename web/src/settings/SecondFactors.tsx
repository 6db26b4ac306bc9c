import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import { canUsePasskeys, makePasskey } from "../api/passkeys";
import { bodyOf } from "../api/reach";
import { Button } from "../components/Button";
import { ConfirmDialog } from "../components/ConfirmDialog";
import { EmptyState, Failure, Loading } from "../components/States";
import { AddApp } from "./AddApp";
import { deviceOf } from "./device";
import { FactorTable } from "./FactorTable";
import { secondFactorsQuery, type SecondFactor } from "./queries";
import { RecoveryCodes } from "./RecoveryCodes";
import { SecurityFailure } from "./SecurityFailure";

/** What is asked for after the password: authenticator apps, passkeys, and recovery codes for when those are lost. */
export function SecondFactors() {
  const { t } = useTranslation("settings");
  const factors = useQuery(secondFactorsQuery);
  const { codes, setCodes, addPasskey, renew, remove, error } = useChanges();
  const [dialog, setDialog] = useState<"app" | "renew" | SecondFactor | null>(null);
  const close = () => setDialog(null);
  const hasFactors = factors.data !== undefined && factors.data.items.length > 0;
  return (
    <section aria-labelledby="security-factors">
      <h2 id="security-factors">{t("factors.title")}</h2>
      <p>{t("factors.lead")}</p>
      {factors.isPending && <Loading />}
      {factors.isError && <Failure error={factors.error} onRetry={() => void factors.refetch()} />}
      {error !== null && <SecurityFailure error={error} />}
      {factors.data?.items.length === 0 && <EmptyState title={t("factors.noneTitle")} text={t("factors.noneText")} />}
      {hasFactors && <FactorTable factors={factors.data.items} onRemove={setDialog} />}
      {hasFactors && <p>{t("factors.codesLeft", { count: factors.data.recovery_codes_left })}</p>}
      <div className="security-actions">
        <Button onClick={() => setDialog("app")}>{t("factors.addApp")}</Button>
        {canUsePasskeys() && (
          <Button isBusy={addPasskey.isPending} onClick={() => addPasskey.mutate()}>
            {t("factors.addPasskey")}
          </Button>
        )}
        {hasFactors && <Button onClick={() => setDialog("renew")}>{t("factors.renew")}</Button>}
      </div>
      {dialog === "app" && (
        <AddApp
          onClose={close}
          onAdded={(added) => {
            close();
            setCodes(added);
          }}
        />
      )}
      {dialog === "renew" && (
        <Question
          name="renew"
          onCancel={close}
          onConfirm={() => {
            close();
            renew.mutate();
          }}
        />
      )}
      {dialog !== null && typeof dialog === "object" && (
        <Question
          name="remove"
          onCancel={close}
          onConfirm={() => {
            close();
            remove.mutate(dialog.id);
          }}
        />
      )}
      {codes.length > 0 && <RecoveryCodes codes={codes} onClose={() => setCodes([])} />}
    </section>
  );
}

type QuestionProps = { name: "renew" | "remove"; onConfirm: () => void; onCancel: () => void };

function Question({ name, onConfirm, onCancel }: QuestionProps) {
  const { t } = useTranslation("settings");
  return (
    <ConfirmDialog
      title={t(`factors.${name}Title`)}
      text={t(`factors.${name}Text`)}
      cancel={t("cancel")}
      confirm={t(`factors.${name}`)}
      isDangerous
      onConfirm={onConfirm}
      onCancel={onCancel}
    />
  );
}

/** What can be changed of the second factors. `codes` are recovery codes that have just been made. */
function useChanges() {
  const queryClient = useQueryClient();
  const [codes, setCodesOnly] = useState<string[]>([]);
  const onSettled = () => queryClient.invalidateQueries({ queryKey: secondFactorsQuery.queryKey });
  const setCodes = (made: string[]) => {
    setCodesOnly(made);
    void onSettled();
  };
  const onSuccess = ({ recovery_codes }: { recovery_codes: string[] }) => setCodesOnly(recovery_codes);
  const addPasskey = useMutation({ mutationFn: registerPasskey, onSuccess, onSettled });
  const renew = useMutation({ mutationFn: () => bodyOf(api.POST("/api/v1/me/recovery_codes")), onSuccess, onSettled });
  const remove = useMutation({
    mutationFn: (id: string) => api.DELETE("/api/v1/me/second_factors/{id}", { params: { path: { id } } }),
    onSettled,
  });
  return { codes, setCodes, addPasskey, renew, remove, error: addPasskey.error ?? renew.error ?? remove.error };
}

/** The passkey is named after the device that it was made on. */
async function registerPasskey() {
  const { challenge_id, options } = await bodyOf(api.POST("/api/v1/me/passkeys/options"));
  const credential = await makePasskey(options);
  const name = (deviceOf(navigator.userAgent) ?? "Passkey").slice(0, 120);
  return bodyOf(api.POST("/api/v1/me/passkeys", { body: { challenge_id, credential, name } }));
}
