import { useTranslation } from "react-i18next";

import { Button } from "../components/Button";
import { TextField } from "../components/Field";
import { Select } from "../components/Select";
import type { LearnerProgress } from "./contract";

export type ExtraTime = { learnerId: string; minutes: string };

const USUAL_MINUTES = "15";

export function secondsOf({ minutes }: ExtraTime): number {
  return Math.max(0, Math.round(Number(minutes) * 60)) || 0;
}

type ExtraTimesProps = { learners: LearnerProgress[]; times: ExtraTime[]; onChange: (times: ExtraTime[]) => void };

/** Who of a class gets how many minutes more. */
export function ExtraTimes({ learners, times, onChange }: ExtraTimesProps) {
  const { t } = useTranslation("teacher");
  const free = (learnerId: string) =>
    learners.filter(({ learner_id: id }) => id === learnerId || !times.some((time) => time.learnerId === id));
  const replace = (index: number, change: Partial<ExtraTime>) =>
    onChange(times.map((time, at) => (at === index ? { ...time, ...change } : time)));
  const next = free("")[0];
  return (
    <fieldset className="extra-times">
      <legend>{t("assign.extraTitle")}</legend>
      <p className="hint">{t("assign.extraHint")}</p>
      {times.map((time, index) => (
        /* By its place: whoever chooses somebody else stays in the same field. */
        <div key={index} className="extra-time">
          <Select
            label={t("assign.extraWho")}
            value={time.learnerId}
            options={free(time.learnerId).map(({ learner_id, full_name }) => ({ value: learner_id, text: full_name }))}
            onChange={(learnerId) => replace(index, { learnerId })}
          />
          <TextField
            label={t("assign.extraMinutes")}
            type="number"
            inputMode="numeric"
            min={1}
            max={1440}
            value={time.minutes}
            onChange={(minutes) => replace(index, { minutes })}
          />
          <Button variant="quiet" onClick={() => onChange(times.filter((_, at) => at !== index))}>
            {t("assign.extraRemove")}
          </Button>
        </div>
      ))}
      <p>
        <Button
          isSmall
          disabled={next === undefined}
          onClick={() => next && onChange([...times, { learnerId: next.learner_id, minutes: USUAL_MINUTES }])}
        >
          {t("assign.extraAdd")}
        </Button>
      </p>
    </fieldset>
  );
}
