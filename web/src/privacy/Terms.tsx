import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import { bodyOf } from "../api/reach";
import { Button } from "../components/Button";
import { TextField } from "../components/Field";
import { Failure, Loading } from "../components/States";
import { useToast } from "../components/useToast";
import { organisationQuery, type Organisation } from "./queries";

/** What an organisation sets, with the bounds of each. An empty field says nothing. */
const TERMS = {
  retention_days: { least: 30, most: 36500 },
  audit_retention_years: { least: 3, most: 100 },
  erasure_cool_off_days: { least: 0, most: 90 },
} as const;
type Term = keyof typeof TERMS;
const NAMES = Object.keys(TERMS) as Term[];

/** How long the organisation keeps things, to be read and changed. */
export function Terms() {
  const { t } = useTranslation("privacy");
  const organisation = useQuery(organisationQuery);
  return (
    <section aria-labelledby="privacy-terms">
      <h2 id="privacy-terms">{t("terms.title")}</h2>
      <p>{t("terms.lead")}</p>
      {organisation.isPending && <Loading />}
      {organisation.isError && <Failure error={organisation.error} onRetry={() => void organisation.refetch()} />}
      {organisation.data && <TermsForm key={organisation.data.etag} {...organisation.data} />}
    </section>
  );
}

function TermsForm({ shown, etag }: { shown: Organisation; etag: string }) {
  const { t } = useTranslation("privacy");
  const [values, setValues] = useState(() => written(shown));
  const [wrong, setWrong] = useState<Term[]>([]);
  const change = useChange(etag);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const named = NAMES.filter((name) => values[name] !== written(shown)[name]);
    const refused = named.filter((name) => !isWithin(name, values[name]));
    setWrong(refused);
    if (named.length === 0 || refused.length > 0 || change.isPending) return;
    change.mutate(Object.fromEntries(named.map((name) => [name, Number(values[name])])));
  };
  return (
    <form className="card fields" noValidate onSubmit={submit}>
      {change.error !== null && <Failure error={change.error} />}
      {NAMES.map((name) => (
        <TextField
          key={name}
          label={t(`terms.${name}.label`)}
          hint={t(`terms.${name}.hint`, TERMS[name])}
          error={wrong.includes(name) ? t("terms.wrong", TERMS[name]) : null}
          inputMode="numeric"
          maxLength={5}
          value={values[name]}
          onChange={(value) => setValues({ ...values, [name]: value })}
        />
      ))}
      <p>
        <Button type="submit" variant="primary" isBusy={change.isPending}>
          {t("terms.save")}
        </Button>
      </p>
    </form>
  );
}

function written(organisation: Organisation): Record<Term, string> {
  const of = (name: Term) => organisation[name]?.toString() ?? "";
  return {
    retention_days: of("retention_days"),
    audit_retention_years: of("audit_retention_years"),
    erasure_cool_off_days: of("erasure_cool_off_days"),
  };
}

function isWithin(name: Term, value: string): boolean {
  return /^\d+$/.test(value.trim()) && Number(value) >= TERMS[name].least && Number(value) <= TERMS[name].most;
}

/** Somebody else may have changed the terms meanwhile; then they are read again, and nothing is overwritten. */
function useChange(etag: string) {
  const { t } = useTranslation("privacy");
  const queryClient = useQueryClient();
  const { show } = useToast();
  return useMutation({
    mutationFn: (body: Partial<Record<Term, number>>) =>
      bodyOf(api.PATCH("/api/v1/organisation", { params: { header: { "if-match": etag } }, body })),
    onSuccess: () => show({ text: t("terms.saved"), tone: "good" }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: organisationQuery.queryKey }),
  });
}
