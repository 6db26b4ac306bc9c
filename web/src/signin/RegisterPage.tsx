import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { Problem } from "../api/problem";
import { openApi } from "../api/tokens";
import type { paths } from "../api/schema";
import { Button } from "../components/Button";
import { TextField } from "../components/Field";
import { NewPasswordField } from "../components/NewPasswordField";
import { PageHeading } from "../components/PageHeading";
import { Select } from "../components/Select";
import { LANGUAGES } from "../i18n/languages";
import { ProblemNote } from "./ProblemNote";

type Registration = paths["/api/v1/auth/register"]["post"]["requestBody"]["content"]["application/json"];
type Kind = Registration["kind"];

const ORGANISATION_KINDS = ["school", "district", "university", "company", "individual"] as const;
type OrganisationKind = (typeof ORGANISATION_KINDS)[number];

/** Asks for an account: as a learner of an organisation, or with an organisation of one's own. */
export function RegisterPage() {
  const { t } = useTranslation("signin");
  const [sentTo, setSentTo] = useState<string | null>(null);
  return (
    <div className="page page-narrow">
      <div className="page-top">
        <PageHeading title={t("register.title")} />
        <p className="lead">{t("register.lead")}</p>
      </div>
      {sentTo === null ? <RegistrationForm onSent={setSentTo} /> : <Sent email={sentTo} />}
    </div>
  );
}

function Sent({ email }: { email: string }) {
  const { t } = useTranslation("signin");
  return (
    <div className="card fields">
      <p role="status">{t("register.sent", { email })}</p>
      <p>
        <Link to="/verify">{t("register.noMail")}</Link>
      </p>
    </div>
  );
}

const EMPTY = { email: "", full_name: "", password: "", slug: "", organisation_name: "", birth_date: "", guardian_email: "" };
type Values = typeof EMPTY;

function RegistrationForm({ onSent }: { onSent: (email: string) => void }) {
  const { t, i18n } = useTranslation("signin");
  const [kind, setKind] = useState<Kind>("member");
  const [organisationKind, setOrganisationKind] = useState<OrganisationKind>("school");
  const [values, setValues] = useState(EMPTY);
  const register = useMutation({
    mutationFn: () => openApi.POST("/api/v1/auth/register", { body: wanted(kind, organisationKind, values, i18n.language) }),
    onSuccess: () => onSent(values.email.trim()),
  });
  const needsGuardian = values.guardian_email !== "" || isGuardianNeeded(register.error);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!register.isPending) register.mutate();
  };
  const set = (changes: Partial<Values>) => setValues({ ...values, ...changes });
  return (
    <form className="card fields" onSubmit={submit}>
      {register.error !== null && <ProblemNote error={register.error} />}
      <Select
        label={t("register.kind")}
        value={kind}
        options={(["member", "organisation"] as const).map((value) => ({ value, text: t(`register.kinds.${value}`) }))}
        onChange={setKind}
      />
      {kind === "organisation" && (
        <NewOrganisation
          name={values.organisation_name}
          onName={(organisation_name) => set({ organisation_name })}
          kind={organisationKind}
          onKind={setOrganisationKind}
        />
      )}
      <SlugField isNew={kind === "organisation"} value={values.slug} onChange={(slug) => set({ slug })} />
      <Person values={values} onChange={set} />
      {kind === "member" && <Age values={values} needsGuardian={needsGuardian} onChange={set} />}
      <Button type="submit" variant="primary" isBusy={register.isPending}>
        {t("register.submit")}
      </Button>
      <p>
        <Link to="/sign-in">{t("backToSignIn")}</Link>
      </p>
    </form>
  );
}

type NewOrganisationProps = {
  name: string;
  onName: (name: string) => void;
  kind: OrganisationKind;
  onKind: (kind: OrganisationKind) => void;
};

function NewOrganisation({ name, onName, kind, onKind }: NewOrganisationProps) {
  const { t } = useTranslation("signin");
  return (
    <>
      <TextField
        label={t("register.organisationName")}
        autoComplete="organization"
        maxLength={120}
        isRequired
        value={name}
        onChange={onName}
      />
      <Select
        label={t("register.organisationKind")}
        value={kind}
        options={ORGANISATION_KINDS.map((value) => ({ value, text: t(`register.organisationKinds.${value}`) }))}
        onChange={onKind}
      />
    </>
  );
}

function SlugField({ isNew, value, onChange }: { isNew: boolean; value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation("signin");
  return (
    <TextField
      label={isNew ? t("register.newSlug") : t("slug")}
      hint={isNew ? t("register.newSlugHint") : t("slugHint")}
      pattern="[a-z0-9][a-z0-9\-]{1,62}"
      autoCapitalize="none"
      spellCheck={false}
      isRequired
      value={value}
      onChange={(slug) => onChange(slug.toLowerCase())}
    />
  );
}

/** What ties a field of the form to its value. */
function wired(name: keyof Values, { values, onChange }: FormProps) {
  return { value: values[name], onChange: (value: string) => onChange({ [name]: value }) };
}

type FormProps = { values: Values; onChange: (changes: Partial<Values>) => void };

function Person(form: FormProps) {
  const { t } = useTranslation("signin");
  return (
    <>
      <TextField label={t("fullName")} autoComplete="name" maxLength={120} isRequired {...wired("full_name", form)} />
      <TextField label={t("email")} type="email" autoComplete="username" isRequired {...wired("email", form)} />
      <NewPasswordField label={t("password")} {...wired("password", form)} />
    </>
  );
}

/** Everybody is asked when they were born, and nothing says what for; some are then asked for a guardian's address. */
function Age({ needsGuardian, ...form }: FormProps & { needsGuardian: boolean }) {
  const { t } = useTranslation("signin");
  return (
    <>
      <TextField label={t("register.birthDate")} type="date" autoComplete="bday" isRequired {...wired("birth_date", form)} />
      {needsGuardian && (
        <TextField
          label={t("register.guardianEmail")}
          hint={t("register.guardianHint")}
          type="email"
          autoComplete="off"
          isRequired
          {...wired("guardian_email", form)}
        />
      )}
    </>
  );
}

function isGuardianNeeded(error: Error | null): boolean {
  return error instanceof Problem && ["guardian_needed", "guardian_is_oneself"].includes(error.code);
}

/** The request; its mail comes in the language of the app. */
function wanted(kind: Kind, organisation_kind: OrganisationKind, values: Values, shown: string): Registration {
  const language = LANGUAGES.find((each) => each === shown) ?? "en";
  const person = { email: values.email.trim(), full_name: values.full_name.trim(), password: values.password, language };
  if (kind === "member") {
    const guardian_email = values.guardian_email.trim() || null;
    return { kind, ...person, organisation: values.slug, birth_date: values.birth_date, guardian_email };
  }
  const organisation_name = values.organisation_name.trim();
  return { kind, ...person, slug: values.slug, organisation_name, organisation_kind };
}
