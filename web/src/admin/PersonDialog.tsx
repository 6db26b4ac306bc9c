import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import type { components } from "../api/schema";
import { today } from "../audit/auditSearch";
import { Button } from "../components/Button";
import { Dialog } from "../components/Dialog";
import { TextField } from "../components/Field";
import { Failure } from "../components/States";
import type { OnePerson } from "./queries";

type PersonDialogProps = {
  person: OnePerson;
  error: Error | null;
  isBusy: boolean;
  onSave: (changes: components["schemas"]["PersonChanges"]) => void;
  onClose: () => void;
};

/** Somebody's name, and when they were born, of which only the age group is kept. */
export function PersonDialog({ person, error, isBusy, onSave, onClose }: PersonDialogProps) {
  const { t } = useTranslation("admin");
  const [name, setName] = useState(person.full_name);
  const [birthDate, setBirthDate] = useState("");
  const [isMissing, setIsMissing] = useState(false);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const given = name.trim();
    setIsMissing(given === "");
    if (given !== "" && !isBusy) onSave({ full_name: given, ...(birthDate !== "" && { birth_date: birthDate }) });
  };
  return (
    <Dialog title={t("person.changeTitle", { name: person.full_name })} onClose={onClose}>
      <form className="fields" noValidate onSubmit={submit}>
        {error !== null && <Failure error={error} />}
        <TextField
          label={t("people.name")}
          maxLength={120}
          isRequired
          error={isMissing ? t("person.nameMissing") : null}
          value={name}
          onChange={setName}
        />
        <TextField
          label={t("person.birthDate")}
          hint={t("person.birthDateHint")}
          type="date"
          max={today()}
          value={birthDate}
          onChange={setBirthDate}
        />
        <div className="actions">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" variant="primary" isBusy={isBusy}>
            {t("class.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
