import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { Problem } from "../api/problem";
import { Button } from "../components/Button";
import { Dialog } from "../components/Dialog";
import { TextField } from "../components/Field";
import { Failure } from "../components/States";

type ClassDialogProps = {
  title: string;
  save: string;
  name: string;
  subject: string;
  error: unknown;
  isBusy: boolean;
  onSave: (values: { name: string; subject: string }) => void;
  onClose: () => void;
};

/** Name and subject of a class, new or known. A name that is taken is said beside the name. */
export function ClassDialog({ title, save, name, subject, error, isBusy, onSave, onClose }: ClassDialogProps) {
  const { t } = useTranslation(["admin", "common"]);
  const [values, setValues] = useState({ name, subject });
  const [isNameMissing, setIsNameMissing] = useState(false);
  const isNameTaken = error instanceof Problem && error.code === "name_taken";
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const wanted = { name: values.name.trim(), subject: values.subject.trim() };
    setIsNameMissing(wanted.name === "");
    if (wanted.name !== "" && !isBusy) onSave(wanted);
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form className="fields" noValidate onSubmit={submit}>
        <TextField
          label={t("classes.name")}
          isRequired
          maxLength={120}
          error={isNameMissing ? t("classes.nameMissing") : isNameTaken ? t("classes.nameTaken") : null}
          value={values.name}
          onChange={(changed) => setValues({ ...values, name: changed })}
        />
        <TextField
          label={t("classes.subject")}
          maxLength={120}
          value={values.subject}
          onChange={(changed) => setValues({ ...values, subject: changed })}
        />
        {error !== null && !isNameTaken && <Failure error={error} />}
        <div className="actions">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" variant="primary" isBusy={isBusy}>
            {save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
