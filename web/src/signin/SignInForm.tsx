import { Link } from "@tanstack/react-router";
import { useId, useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { Problem } from "../api/problem";
import type { Credentials } from "../api/tokens";
import { ProblemNote } from "./ProblemNote";

type SignInFormProps = { error: unknown; isBusy: boolean; onSubmit: (credentials: Credentials) => void };

export function SignInForm({ error, isBusy, onSubmit }: SignInFormProps) {
  const { t } = useTranslation("signin");
  const id = useId();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [organisation, setOrganisation] = useState("");
  const organisations = organisationsToChooseFrom(error);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const chosen = organisations.includes(organisation) ? organisation : organisations[0];
    onSubmit({ email: email.trim(), password, ...(chosen !== undefined && { organisation: chosen }) });
  };
  return (
    <form className="card fields" onSubmit={submit}>
      <h2>{t("title")}</h2>
      {error !== null && organisations.length === 0 && <ProblemNote error={error} />}
      <div className="field">
        <label htmlFor={`${id}-email`}>{t("email")}</label>
        <input
          id={`${id}-email`}
          type="email"
          autoComplete="username"
          required
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
      </div>
      <div className="field">
        <label htmlFor={`${id}-password`}>{t("password")}</label>
        <input
          id={`${id}-password`}
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </div>
      {organisations.length > 0 && (
        <div className="field" role="alert">
          <label htmlFor={`${id}-organisation`}>{t("organisation")}</label>
          <select
            id={`${id}-organisation`}
            aria-describedby={`${id}-organisation-hint`}
            value={organisation}
            onChange={(event) => setOrganisation(event.target.value)}
          >
            {organisations.map((slug) => (
              <option key={slug}>{slug}</option>
            ))}
          </select>
          <p className="hint" id={`${id}-organisation-hint`}>
            {t("organisationHint")}
          </p>
        </div>
      )}
      <button type="submit" className="button button-primary" disabled={isBusy}>
        {isBusy ? t("submitting") : t("submit")}
      </button>
      <p className="sign-in-links">
        <Link to="/reset-password">{t("forgot")}</Link> <Link to="/register">{t("register.title")}</Link>
      </p>
    </form>
  );
}

/** The slugs in «one of: a, b», which the server names when an address belongs to more than one organisation. */
function organisationsToChooseFrom(error: unknown): string[] {
  if (!(error instanceof Problem) || error.code !== "organisation_required") return [];
  const reason = error.errors.find(({ field }) => field === "organisation")?.reason ?? "";
  return reason
    .replace(/^one of:/, "")
    .split(",")
    .map((slug) => slug.trim())
    .filter((slug) => slug !== "");
}
