import { useMutation } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import { useReadMeAgain } from "../api/useReadMeAgain";
import { Button } from "../components/Button";
import { TextField } from "../components/Field";
import { Failure } from "../components/States";

/** Asks when somebody was born, before their first test; nothing says what follows from the answer. */
export function AgeQuestion() {
  const { t } = useTranslation("consents");
  const [birthDate, setBirthDate] = useState("");
  const readMeAgain = useReadMeAgain();
  const say = useMutation({
    mutationFn: async () => {
      await api.PUT("/api/v1/me/age", { body: { birth_date: birthDate } });
      await readMeAgain();
    },
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!say.isPending) say.mutate();
  };
  return (
    <section aria-labelledby="age-question" className="card consent-needed">
      <h2 id="age-question">{t("age.title")}</h2>
      <p>{t("age.text")}</p>
      <form className="fields" onSubmit={submit}>
        {say.error !== null && <Failure error={say.error} />}
        <TextField
          label={t("age.birthDate")}
          type="date"
          autoComplete="bday"
          isRequired
          value={birthDate}
          onChange={setBirthDate}
        />
        <Button type="submit" variant="primary" isBusy={say.isPending}>
          {t("age.say")}
        </Button>
      </form>
    </section>
  );
}
