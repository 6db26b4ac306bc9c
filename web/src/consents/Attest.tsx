import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import { readAll } from "../api/pages";
import { bodyOf } from "../api/reach";
import type { components } from "../api/schema";
import { Button } from "../components/Button";
import { Check, TextArea } from "../components/Field";
import { Select } from "../components/Select";
import { Failure } from "../components/States";
import { readMissing } from "./queries";

type PurposeTexts = components["schemas"]["PurposeTexts"];
type Attestation = Omit<components["schemas"]["Attestation"], "class_id" | "learner_ids">;
type SchoolPurpose = Attestation["purposes"][number];

const SCHOOLS: readonly SchoolPurpose[] = ["account", "learning_record"];
const EVERYBODY = "";
/** As many learners as one request may name, and rows as one may ask for. */
const MOST_LEARNERS = 500;
const MOST_ROWS = 200;

/** The school agrees in the parents' place: for a class, or for everybody for whom a consent is missing. */
export function Attest({ texts }: { texts: PurposeTexts }) {
  const { t } = useTranslation("consents");
  const [classId, setClassId] = useState(EVERYBODY);
  const [chosen, setChosen] = useState<readonly SchoolPurpose[]>(SCHOOLS);
  const [isForTeaching, setIsForTeaching] = useState(false);
  const [note, setNote] = useState("");
  const [isTried, setIsTried] = useState(false);
  const classes = useQuery(allClassesQuery);
  const attest = useAttest();
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setIsTried(true);
    if (!isForTeaching || chosen.length === 0 || attest.isPending) return;
    const how = { text_version: texts.version, language: texts.language, is_for_teaching_only: true as const };
    attest.mutate({ classId, said: { ...how, purposes: [...chosen], note: note.trim() } });
  };
  const options = classes.data?.map(({ id, name }) => ({ value: id, text: name })) ?? [];
  return (
    <section aria-labelledby="attest">
      <h2 id="attest">{t("attest.title")}</h2>
      <p>{t("attest.lead")}</p>
      <form className="card fields consent-form" noValidate onSubmit={submit}>
        {classes.isError && <Failure error={classes.error} onRetry={() => void classes.refetch()} />}
        <Select
          label={t("attest.for")}
          value={classId}
          options={[{ value: EVERYBODY, text: t("attest.everybody") }, ...options]}
          onChange={setClassId}
        />
        {texts.purposes.map(({ purpose, title, text }) =>
          isSchools(purpose) ? (
            <Check
              key={purpose}
              label={title}
              hint={text}
              isOn={chosen.includes(purpose)}
              onChange={(isOn) => setChosen(SCHOOLS.filter((each) => (each === purpose ? isOn : chosen.includes(each))))}
            />
          ) : null,
        )}
        <TextArea label={t("attest.note")} hint={t("attest.noteHint")} maxLength={500} value={note} onChange={setNote} />
        <Check label={t("attest.isForTeaching")} isOn={isForTeaching} onChange={setIsForTeaching} />
        {isTried && (!isForTeaching || chosen.length === 0) && (
          <p className="field-error" role="alert">
            {chosen.length === 0 ? t("attest.purposeMissing") : t("attest.isForTeachingMissing")}
          </p>
        )}
        {attest.error !== null && <Failure error={attest.error} />}
        <p>
          <Button type="submit" variant="primary" isBusy={attest.isPending}>
            {t("attest.submit")}
          </Button>
        </p>
        <div role="status">
          {attest.data !== undefined && <p>{t("attest.done", { count: attest.data.learners })}</p>}
          {attest.data !== undefined && attest.data.refused > 0 && (
            <p>{t("attest.refused", { count: attest.data.refused })}</p>
          )}
        </div>
      </form>
    </section>
  );
}

function isSchools(purpose: string): purpose is SchoolPurpose {
  return SCHOOLS.some((each) => each === purpose);
}

const allClassesQuery = {
  queryKey: ["classes", "names"],
  queryFn: () =>
    readAll((cursor) => bodyOf(api.GET("/api/v1/classes", { params: { query: { cursor, limit: MOST_ROWS } } }))),
};

type Wanted = { classId: string; said: Attestation };

/** Returns for how many learners the school has agreed, and for how many guardians have refused something. */
function useAttest() {
  const queryClient = useQueryClient();
  const send = (body: components["schemas"]["Attestation"]) => bodyOf(api.POST("/api/v1/consents/school", { body }));
  return useMutation({
    mutationFn: async ({ classId, said }: Wanted) => {
      if (classId !== EVERYBODY) return send({ ...said, class_id: classId, learner_ids: [] });
      const missing = await readAll((cursor) => readMissing(cursor, MOST_ROWS));
      const all = { learners: 0, refused: 0 };
      for (let from = 0; from < missing.length; from += MOST_LEARNERS) {
        const learner_ids = missing.slice(from, from + MOST_LEARNERS).map(({ learner_id }) => learner_id);
        const { learners, refused } = await send({ ...said, class_id: null, learner_ids });
        all.learners += learners;
        all.refused += refused;
      }
      return all;
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["consents"] }),
  });
}
