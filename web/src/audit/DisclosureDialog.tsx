import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import { bodyOf } from "../api/reach";
import { useRequestKey } from "../api/useRequestKey";
import { Button } from "../components/Button";
import { Dialog } from "../components/Dialog";
import { TextArea, TextField } from "../components/Field";
import { Select } from "../components/Select";
import { Failure } from "../components/States";
import { useToast } from "../components/useToast";
import { startOf, today } from "./auditSearch";
import type { Disclosure, NewDisclosure } from "./queries";

const BASES = [
  "consent",
  "school_official",
  "transfer",
  "evaluation",
  "financial_aid",
  "study",
  "accreditation",
  "court_order",
  "emergency",
  "directory_information",
  "own_request",
] as const satisfies readonly Disclosure["basis"][];
const TEXTS = ["party", "records", "purpose"] as const;

type DisclosureDialogProps = { learnerId: string; name: string; onClose: () => void };

/** Notes to whom which records of a learner were disclosed, why, on what basis and when. It can't be changed later. */
export function DisclosureDialog({ learnerId, name, onClose }: DisclosureDialogProps) {
  const { t } = useTranslation(["audit", "admin"]);
  const [said, setSaid] = useState({ party: "", records: "", purpose: "" });
  const [basis, setBasis] = useState<Disclosure["basis"] | "">("");
  const [day, setDay] = useState(today());
  const [isChecked, setIsChecked] = useState(false);
  const note = useNote(name, onClose);
  const missing = (text: string) => (isChecked && text.trim() === "" ? t("disclose.missing") : null);
  const isDayWrong = startOf(day) === null || day > today();
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setIsChecked(true);
    if (note.isPending || basis === "" || isDayWrong || TEXTS.some((each) => said[each].trim() === "")) return;
    const disclosedAt = day === today() ? null : startOf(day);
    const [party, records, purpose] = [said.party.trim(), said.records.trim(), said.purpose.trim()];
    note.mutate({ learner_id: learnerId, party, records, purpose, basis, disclosed_at: disclosedAt });
  };
  return (
    <Dialog title={t("disclose.titleOf", { name })} onClose={onClose}>
      <form className="fields" noValidate onSubmit={submit}>
        <p>{t("disclose.text")}</p>
        <TextField
          label={t("disclosures.party")}
          hint={t("disclose.partyHint")}
          isRequired
          maxLength={200}
          error={missing(said.party)}
          value={said.party}
          onChange={(party) => setSaid({ ...said, party })}
        />
        <TextArea
          label={t("disclosures.records")}
          hint={t("disclose.recordsHint")}
          isRequired
          maxLength={1000}
          error={missing(said.records)}
          value={said.records}
          onChange={(records) => setSaid({ ...said, records })}
        />
        <TextArea
          label={t("disclosures.purpose")}
          hint={t("disclose.purposeHint")}
          isRequired
          maxLength={1000}
          error={missing(said.purpose)}
          value={said.purpose}
          onChange={(purpose) => setSaid({ ...said, purpose })}
        />
        <Select
          label={t("disclosures.basis")}
          isRequired
          error={missing(basis)}
          value={basis}
          options={[
            { value: "", text: t("disclose.choose") },
            ...BASES.map((value) => ({ value, text: t(`disclosures.bases.${value}`) })),
          ]}
          onChange={setBasis}
        />
        <TextField
          label={t("disclosures.at")}
          type="date"
          isRequired
          max={today()}
          error={isChecked && isDayWrong ? t("disclose.dayWrong") : null}
          value={day}
          onChange={setDay}
        />
        {note.error !== null && <Failure error={note.error} />}
        <div className="actions">
          <Button onClick={onClose}>{t("admin:cancel")}</Button>
          <Button type="submit" variant="primary" isBusy={note.isPending}>
            {t("disclose.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function useNote(name: string, onDone: () => void) {
  const { t } = useTranslation("audit");
  const queryClient = useQueryClient();
  const { show } = useToast();
  const keyOf = useRequestKey();
  return useMutation({
    mutationFn: (body: NewDisclosure) =>
      bodyOf(api.POST("/api/v1/disclosures", { params: { header: { "Idempotency-Key": keyOf(body) } }, body })),
    onSuccess: () => {
      show({ text: t("disclose.done", { name }), tone: "good" });
      onDone();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["disclosures"] }),
  });
}
