import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "../components/Button";
import { Dialog } from "../components/Dialog";
import { TextArea } from "../components/Field";
import { Failure } from "../components/States";

type ReasonDialogProps = {
  title: string;
  text: string;
  confirm: string;
  error: Error | null;
  isBusy: boolean;
  onConfirm: (reason: string) => void;
  onClose: () => void;
};

/** Asks why something is done; without a reason it is not. */
export function ReasonDialog({ title, text, confirm, error, isBusy, onConfirm, onClose }: ReasonDialogProps) {
  const { t } = useTranslation("privacy");
  const [reason, setReason] = useState("");
  const [isMissing, setIsMissing] = useState(false);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const given = reason.trim();
    setIsMissing(given === "");
    if (given !== "" && !isBusy) onConfirm(given);
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form className="fields" noValidate onSubmit={submit}>
        <p>{text}</p>
        {error !== null && <Failure error={error} />}
        <TextArea
          label={t("holds.reason")}
          maxLength={1000}
          error={isMissing ? t("holds.reasonMissing") : null}
          isRequired
          value={reason}
          onChange={setReason}
        />
        <div className="actions">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" variant="primary" isBusy={isBusy}>
            {confirm}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
