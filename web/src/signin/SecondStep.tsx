import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import type { SecondFactorNeeded } from "../api/contract";
import { askForPasskey, canUsePasskeys, PasskeyFailure } from "../api/passkeys";
import { bodyOf } from "../api/reach";
import { completeSignIn, openApi } from "../api/tokens";
import { Button } from "../components/Button";
import { TextField } from "../components/Field";
import { ProblemNote } from "./ProblemNote";

type Method = SecondFactorNeeded["methods"][number];
type SecondStepProps = { needed: SecondFactorNeeded; onBack: () => void };

/** After the password: a code of an app, a passkey or a recovery code, whichever the account has. */
export function SecondStep({ needed, onBack }: SecondStepProps) {
  const { t } = useTranslation("signin");
  const heading = useRef<HTMLHeadingElement>(null);
  const [method, setMethod] = useState<Method>(firstOf(needed.methods));
  const [code, setCode] = useState("");
  const step = useMutation({ mutationFn: () => answer(needed.mfa_token, method, code) });
  useEffect(() => heading.current?.focus(), []);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!step.isPending) step.mutate();
  };
  const choose = (wanted: Method) => {
    setMethod(wanted);
    setCode("");
    step.reset();
  };
  return (
    <form className="card fields" onSubmit={submit}>
      <h2 ref={heading} tabIndex={-1}>
        {t("step.title")}
      </h2>
      {step.error !== null && <StepError error={step.error} />}
      <Answer method={method} code={code} onCode={setCode} />
      <Button type="submit" variant="primary" isBusy={step.isPending}>
        {method === "passkey" ? t("step.usePasskey") : step.isPending ? t("submitting") : t("submit")}
      </Button>
      {needed.methods
        .filter((each) => each !== method)
        .map((each) => (
          <Button key={each} variant="quiet" onClick={() => choose(each)}>
            {t(`step.instead.${each}`)}
          </Button>
        ))}
      <Button variant="quiet" onClick={onBack}>
        {t("step.back")}
      </Button>
    </form>
  );
}

type AnswerProps = { method: Method; code: string; onCode: (code: string) => void };

function Answer({ method, code, onCode }: AnswerProps) {
  const { t } = useTranslation("signin");
  if (method === "passkey") return <p>{canUsePasskeys() ? t("step.passkeyText") : t("step.noPasskeys")}</p>;
  const wiring = { value: code, onChange: onCode, autoComplete: "one-time-code", isRequired: true };
  if (method === "recovery_code")
    return (
      <TextField
        key={method}
        label={t("step.recoveryCode")}
        hint={t("step.recoveryHint")}
        minLength={10}
        maxLength={20}
        {...wiring}
      />
    );
  return (
    <TextField
      key={method}
      label={t("step.code")}
      hint={t("step.codeHint")}
      inputMode="numeric"
      pattern="[0-9]{6}"
      maxLength={6}
      {...wiring}
    />
  );
}

function StepError({ error }: { error: unknown }) {
  const { t } = useTranslation("signin");
  if (!(error instanceof PasskeyFailure)) return <ProblemNote error={error} />;
  return (
    <p className="callout callout-alarm" role="alert">
      {t("step.passkeyFailed")}
    </p>
  );
}

/** A passkey is the easiest and the safest, where there is one and it can be used; a recovery code is the last resort. */
function firstOf(methods: Method[]): Method {
  const order: Method[] = canUsePasskeys() ? ["passkey", "totp", "recovery_code"] : ["totp", "recovery_code", "passkey"];
  return order.find((method) => methods.includes(method)) ?? "recovery_code";
}

async function answer(mfa_token: string, method: Method, code: string): Promise<void> {
  if (method !== "passkey") return completeSignIn({ mfa_token, method, code: code.trim() });
  const { options } = await bodyOf(openApi.POST("/api/v1/auth/mfa/options", { body: { mfa_token } }));
  return completeSignIn({ mfa_token, method, credential: await askForPasskey(options) });
}
