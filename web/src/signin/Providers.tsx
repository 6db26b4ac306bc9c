import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { providersQuery } from "../api/queries";
import { buttonClass } from "../components/Button";
import { TextField } from "../components/Field";
import { addressOf, needsOrganisation, type Returned } from "./elsewhere";

type ProvidersProps = { returned: Returned | null; returnTo: string };

/** A button for each other provider one can sign in at, and what became of the last try. */
export function Providers({ returned, returnTo }: ProvidersProps) {
  const { t } = useTranslation("signin");
  const providers = useQuery(providersQuery);
  const [organisation, setOrganisation] = useState("");
  const isOffered = providers.data !== undefined && providers.data.items.length > 0;
  return (
    <>
      {returned !== null && "error" in returned && <ProviderError code={returned.error} />}
      {isOffered && (
        <section className="card fields" aria-labelledby="providers-title">
          <h2 id="providers-title">{t("providers.title")}</h2>
          {needsOrganisation(returned) && (
            <TextField
              label={t("slug")}
              hint={t("slugHint")}
              autoCapitalize="none"
              spellCheck={false}
              value={organisation}
              onChange={setOrganisation}
            />
          )}
          {providers.data.items.map(({ id, name }) => (
            <a key={id} className={buttonClass()} href={addressOf(id, returnTo, organisation.trim().toLowerCase())}>
              {t("providers.with", { name })}
            </a>
          ))}
        </section>
      )}
    </>
  );
}

const EXPLAINED = [
  "oidc_cancelled",
  "oidc_unavailable",
  "no_account",
  "organisation_required",
  "registration_closed",
  "account_suspended",
  "step_expired",
] as const;

function ProviderError({ code }: { code: string }) {
  const { t } = useTranslation("signin");
  const explained = EXPLAINED.find((each) => each === code) ?? "other";
  return (
    <p className="callout callout-alarm" role="alert">
      {t(`providers.problems.${explained}`)}
    </p>
  );
}
