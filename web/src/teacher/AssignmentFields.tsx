import { useTranslation } from "react-i18next";

import { TextArea, TextField } from "../components/Field";
import { asLocal, fromLocal } from "./moments";

const MOST_ATTEMPTS = 20;

/** What can be said of an assignment, as it stands in the fields. */
export type Draft = { opensAt: string; closesAt: string; attempts: string; instructions: string };
export type Settings = { opens_at: string; closes_at: string; max_attempts: number; instructions: string };
export type DraftFault = "noMoment" | "closesFirst" | "attempts";

export function draftOf(settings: Settings): Draft {
  return {
    opensAt: asLocal(settings.opens_at),
    closesAt: asLocal(settings.closes_at),
    attempts: String(settings.max_attempts),
    instructions: settings.instructions,
  };
}

/** The settings that a draft means, or what is wrong with it. */
export function settingsOf(draft: Draft): Settings | DraftFault {
  const [opens_at, closes_at] = [fromLocal(draft.opensAt), fromLocal(draft.closesAt)];
  const max_attempts = Number(draft.attempts);
  if (opens_at === null || closes_at === null) return "noMoment";
  if (opens_at >= closes_at) return "closesFirst";
  if (!Number.isInteger(max_attempts) || max_attempts < 1 || max_attempts > MOST_ATTEMPTS) return "attempts";
  return { opens_at, closes_at, max_attempts, instructions: draft.instructions.trim() };
}

type AssignmentFieldsProps = { draft: Draft; fault: DraftFault | null; onChange: (draft: Draft) => void };

/** Window, attempts and instructions of an assignment. */
export function AssignmentFields({ draft, fault, onChange }: AssignmentFieldsProps) {
  const { t } = useTranslation("teacher");
  const change = (field: keyof Draft) => (value: string) => onChange({ ...draft, [field]: value });
  const windowFault = fault === "noMoment" || fault === "closesFirst" ? t(`assign.fault.${fault}`) : null;
  return (
    <>
      <div className="field-pair">
        <TextField label={t("assign.opens")} type="datetime-local" isRequired value={draft.opensAt} onChange={change("opensAt")} />
        <TextField
          label={t("assign.closes")}
          hint={t("assign.closesHint")}
          type="datetime-local"
          isRequired
          error={windowFault}
          value={draft.closesAt}
          onChange={change("closesAt")}
        />
      </div>
      <TextField
        label={t("assign.attempts")}
        type="number"
        inputMode="numeric"
        min={1}
        max={MOST_ATTEMPTS}
        isRequired
        error={fault === "attempts" ? t("assign.fault.attempts", { most: MOST_ATTEMPTS }) : null}
        value={draft.attempts}
        onChange={change("attempts")}
      />
      <TextArea
        label={t("assign.instructions")}
        hint={t("assign.instructionsHint")}
        maxLength={2000}
        value={draft.instructions}
        onChange={change("instructions")}
      />
    </>
  );
}
