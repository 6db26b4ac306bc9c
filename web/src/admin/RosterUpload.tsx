import { useState, type ChangeEvent, type SyntheticEvent } from "react";
import { Trans, useTranslation } from "react-i18next";

import { Button } from "../components/Button";
import { Field } from "../components/Field";
import { Failure } from "../components/States";
import { useFormats } from "../i18n/format";
import { MAX_BYTES, readFile } from "./rosterFiles";
import { useSendRoster } from "./useSendRoster";

const COLUMNS = "email, full_name, role, class, subject, external_id";

/** Chooses a file and has it compared with what is there; nothing is changed by that. */
export function RosterUpload() {
  const { t } = useTranslation("admin");
  const { number } = useFormats();
  const [file, setFile] = useState<File | null>(null);
  const [isAsked, setIsAsked] = useState(false);
  const compare = useSendRoster(true);
  const error = file === null ? (isAsked ? t("rosters.fileMissing") : null) : problemOf(file);
  function problemOf({ size }: File): string | null {
    if (size === 0) return t("rosters.fileEmpty");
    return size > MAX_BYTES ? t("rosters.fileTooLarge", { megabytes: number(MAX_BYTES / 1024 / 1024) }) : null;
  }
  const choose = ({ target }: ChangeEvent<HTMLInputElement>) => {
    setFile(target.files?.[0] ?? null);
    compare.reset();
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setIsAsked(true);
    if (file === null || problemOf(file) !== null || compare.isPending) return;
    void readFile(file).then((read) => compare.mutate(read));
  };
  return (
    <section aria-labelledby="roster-upload">
      <h2 id="roster-upload">{t("rosters.upload")}</h2>
      <form className="card fields" noValidate onSubmit={submit}>
        <Field label={t("rosters.file")} hint={t("rosters.fileHint")} error={error} isRequired>
          {(wiring) => <input {...wiring} type="file" accept=".csv,.zip,text/csv,application/zip" onChange={choose} />}
        </Field>
        <p className="hint">
          <Trans t={t} i18nKey="rosters.columns" values={{ columns: COLUMNS }} components={{ code: <code /> }} />
        </p>
        {compare.error !== null && <Failure error={compare.error} />}
        <p>
          <Button type="submit" variant="primary" isBusy={compare.isPending}>
            {t("rosters.compare")}
          </Button>
        </p>
      </form>
    </section>
  );
}
