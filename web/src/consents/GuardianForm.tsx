import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { bodyOf } from "../api/reach";
import { openApi } from "../api/tokens";
import { Badge } from "../components/Badge";
import { Button } from "../components/Button";
import { Check, TextField } from "../components/Field";
import { Select } from "../components/Select";
import { Failure } from "../components/States";
import { requestQuery, type ConsentRequest, type Purpose, type PurposeText } from "./queries";

const RELATIONS = ["parent", "guardian", "carer"] as const;
type Relation = (typeof RELATIONS)[number];
type Choice = "agree" | "decline";
type Choices = Partial<Record<Purpose, Choice>>;

type GuardianFormProps = { token: string; request: ConsentRequest; onAnswered: () => void };

/** Asks for each purpose by itself, with nothing chosen beforehand, and who it is that answers. */
export function GuardianForm({ token, request, onAnswered }: GuardianFormProps) {
  const { t } = useTranslation("consents");
  const [choices, setChoices] = useState<Choices>({});
  const [name, setName] = useState("");
  const [relation, setRelation] = useState<Relation>("parent");
  const [isGuardian, setIsGuardian] = useState(false);
  const [isTried, setIsTried] = useState(false);
  const answer = useAnswer(token, onAnswered);
  const agreed = request.purposes.map(({ purpose }) => purpose).filter((purpose) => choices[purpose] === "agree");
  const open = request.purposes.find(({ purpose }) => choices[purpose] === undefined);
  const submit = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    setIsTried(true);
    if (open) event.currentTarget.querySelector<HTMLInputElement>(`[data-purpose="${open.purpose}"] input`)?.focus();
    if (open || answer.isPending) return;
    if (agreed.length === 0) answer.mutate(null);
    else if (isGuardian && name.trim() !== "")
      answer.mutate({ full_name: name.trim(), relation, purposes: agreed, text_version: request.text_version });
  };
  return (
    <form className="fields" noValidate onSubmit={submit}>
      {request.purposes.map((text) => (
        <PurposeChoice
          key={text.purpose}
          text={text}
          language={request.language}
          choice={choices[text.purpose]}
          isMissing={isTried && choices[text.purpose] === undefined}
          onChoose={(choice) => setChoices({ ...choices, [text.purpose]: choice })}
        />
      ))}
      <p className="hint">{t("guardian.needed", { name: request.learner_name })}</p>
      <TextField
        label={t("guardian.name")}
        autoComplete="name"
        maxLength={120}
        isRequired
        error={isTried && name.trim() === "" ? t("guardian.nameMissing") : null}
        value={name}
        onChange={setName}
      />
      <Select
        label={t("guardian.relation")}
        value={relation}
        options={RELATIONS.map((value) => ({ value, text: t(`guardian.relations.${value}`) }))}
        onChange={setRelation}
      />
      <Check
        label={t("guardian.isGuardian", { name: request.learner_name })}
        isOn={isGuardian}
        onChange={setIsGuardian}
      />
      {isTried && !isGuardian && (
        <p className="field-error" role="alert">
          {t("guardian.isGuardianMissing")}
        </p>
      )}
      {answer.error !== null && <Failure error={answer.error} />}
      <p>
        <Button type="submit" variant="primary" isBusy={answer.isPending}>
          {t("guardian.send")}
        </Button>
      </p>
      <p className="hint">{t("guardian.next")}</p>
    </form>
  );
}

type PurposeChoiceProps = {
  text: PurposeText;
  language: string;
  choice: Choice | undefined;
  isMissing: boolean;
  onChoose: (choice: Choice) => void;
};

function PurposeChoice({ text, language, choice, isMissing, onChoose }: PurposeChoiceProps) {
  const { t } = useTranslation("consents");
  const id = useId();
  return (
    <fieldset className="card consent" data-purpose={text.purpose} aria-describedby={`${id}-text`}>
      <legend className="consent-title" lang={language}>
        {text.title}
      </legend>
      {text.is_optional && (
        <p>
          <Badge>{t("optional")}</Badge>
        </p>
      )}
      <p id={`${id}-text`} lang={language}>
        {text.text}
      </p>
      {isMissing && (
        <p className="field-error" role="alert">
          {t("guardian.choiceMissing")}
        </p>
      )}
      <div className="consent-choices">
        {(["agree", "decline"] as const).map((each) => (
          <label key={each} className="check">
            <input type="radio" name={id} checked={choice === each} onChange={() => onChoose(each)} />
            {t(`guardian.${each}`)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

type Answer = { full_name: string; relation: Relation; purposes: Purpose[]; text_version: string };

/** Sends what somebody agrees to, or null for nothing at all: that needs no name. */
function useAnswer(token: string, onAnswered: () => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (said: Answer | null) =>
      said === null
        ? bodyOf(openApi.POST("/api/v1/consent_requests/decline", { body: { token } }))
        : bodyOf(openApi.POST("/api/v1/consent_requests/answer", { body: { token, is_guardian: true, ...said } })),
    onSuccess: (request) => {
      queryClient.setQueryData(requestQuery(token).queryKey, request);
      onAnswered();
    },
  });
}
