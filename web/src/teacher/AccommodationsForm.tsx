import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import { bodyOf } from "../api/reach";
import { Button } from "../components/Button";
import { Check } from "../components/Field";
import { Select } from "../components/Select";
import { Failure } from "../components/States";
import { useToast } from "../components/useToast";
import { useFormats } from "../i18n/format";
import type { LearnerAccommodations, NewAccommodations } from "./contract";
import { renewAll } from "./queries";

const FACTORS = [1, 1.1, 1.25, 1.33, 1.5, 1.75, 2, 2.5, 3];

type AccommodationsFormProps = { learnerId: string; accommodations: LearnerAccommodations };

/** What a learner is entitled to in every test. */
export function AccommodationsForm({ learnerId, accommodations }: AccommodationsFormProps) {
  const { t } = useTranslation(["teacher", "common"]);
  const { moment, percent } = useFormats();
  const { updated_by_name: by, updated_at: at } = accommodations;
  const [wanted, setWanted] = useState<NewAccommodations>(() => needsOf(accommodations));
  const save = useSave(learnerId);
  const change = (part: Partial<NewAccommodations>) => setWanted({ ...wanted, ...part });
  const factors = [...new Set([...FACTORS, wanted.extra_time_factor])].sort((one, other) => one - other);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!save.isPending) save.mutate(wanted);
  };
  return (
    <section aria-labelledby="needs-title">
      <h2 id="needs-title">{t("needs.title")}</h2>
      <p>{t("needs.text")}</p>
      <form className="card fields needs" onSubmit={submit}>
        <Select
          label={t("needs.time")}
          value={String(wanted.extra_time_factor)}
          options={factors.map((factor) => ({
            value: String(factor),
            text: factor === 1 ? t("needs.timeNone") : t("needs.timeMore", { percent: percent(factor - 1) }),
          }))}
          isDisabled={wanted.has_no_timer}
          onChange={(factor) => change({ extra_time_factor: Number(factor) })}
        />
        <Select
          label={t("common:textSize.label")}
          value={wanted.text_size}
          options={(["normal", "large", "larger"] as const).map((value) => ({ value, text: t(`common:textSize.${value}`) }))}
          onChange={(text_size) => change({ text_size })}
        />
        <Check label={t("needs.noTimer")} hint={t("needs.noTimerHint")} isOn={wanted.has_no_timer} onChange={(has_no_timer) => change({ has_no_timer })} />
        <Check label={t("needs.contrast")} isOn={wanted.contrast === "more"} onChange={(isOn) => change({ contrast: isOn ? "more" : "normal" })} />
        <Check label={t("needs.readAloud")} isOn={wanted.has_read_aloud} onChange={(has_read_aloud) => change({ has_read_aloud })} />
        {save.isError && <Failure error={save.error} />}
        <div className="actions">
          {by !== null && at !== null && <p className="hint">{t("needs.by", { by, when: moment(at) })}</p>}
          <Button type="submit" variant="primary" isBusy={save.isPending}>
            {t("needs.save")}
          </Button>
        </div>
      </form>
    </section>
  );
}

function needsOf({ extra_time_factor, has_no_timer, text_size, contrast, has_read_aloud }: LearnerAccommodations): NewAccommodations {
  return { extra_time_factor, has_no_timer, text_size, contrast, has_read_aloud };
}

function useSave(learnerId: string) {
  const { t } = useTranslation("teacher");
  const { show } = useToast();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: NewAccommodations) =>
      bodyOf(api.PUT("/api/v1/learners/{id}/accommodations", { params: { path: { id: learnerId } }, body })),
    onSuccess: async () => {
      show({ text: t("needs.saved"), tone: "good" });
      await renewAll(queryClient);
    },
  });
}
