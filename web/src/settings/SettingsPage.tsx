import "./settings.css";

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { meQuery } from "../api/queries";
import { AppearanceChoice, ContrastChoice, LanguageChoice, MotionChoice, TextSizeChoice } from "../app/Choices";
import { choosePreferences, isGrant, usePreferences } from "../app/preferences";
import { Check } from "../components/Field";
import { PageHeading } from "../components/PageHeading";
import { canReadAloud } from "../content/readAloud";

/** How the app looks, moves and sounds on this device, with a sample that follows each choice at once. */
export function SettingsPage() {
  const { t } = useTranslation("settings");
  const me = useQuery(meQuery);
  const { chosen, granted } = usePreferences();
  const hasGrant = isGrant(granted);
  const canRead = canReadAloud();
  return (
    <div className="page">
      <div className="page-top">
        <PageHeading title={t("title")} />
        <p className="lead">{t("lead")}</p>
        {hasGrant && <p className="callout">{t("fromSchool")}</p>}
      </div>
      <div className="settings">
        <section aria-labelledby="settings-look" className="fields">
          <h2 id="settings-look">{t("lookTitle")}</h2>
          <AppearanceChoice />
          <TextSizeChoice />
          <ContrastChoice />
          <MotionChoice />
        </section>
        <section aria-labelledby="settings-language" className="fields">
          <h2 id="settings-language">{t("languageTitle")}</h2>
          <LanguageChoice />
          <p className="hint">{t("languageHint")}</p>
          <h2>{t("readingTitle")}</h2>
          <Check
            label={t("readAloud")}
            hint={canRead ? t("readAloudHint") : t("noVoice")}
            isOn={chosen.readsAloud}
            isDisabled={!canRead}
            onChange={(readsAloud) => choosePreferences({ readsAloud })}
          />
        </section>
        <Sample />
      </div>
      <section aria-labelledby="settings-security">
        <h2 id="settings-security">{t("security.title")}</h2>
        <p>
          <Link to="/settings/security">{t("security.lead")}</Link>
        </p>
      </section>
      <section aria-labelledby="settings-privacy">
        <h2 id="settings-privacy">{t("privacy.title")}</h2>
        <p>
          <Link to="/settings/privacy">{t("privacy.lead")}</Link>
        </p>
      </section>
      {me.data?.permissions.includes("disclosure:read:own") && (
        <section aria-labelledby="settings-disclosures">
          <h2 id="settings-disclosures">{t("disclosures.title")}</h2>
          <p>
            <Link to="/settings/disclosures">{t("disclosures.lead")}</Link>
          </p>
        </section>
      )}
      <p className="hint">
        {t("kept")}{" "}
        {me.data && (
          <>
            {t("accountTitle")} {me.data.full_name} ({me.data.email}).
          </>
        )}
      </p>
    </div>
  );
}

function Sample() {
  const { t } = useTranslation("settings");
  return (
    <section aria-labelledby="settings-sample" className="card sample">
      <h2 id="settings-sample">{t("previewTitle")}</h2>
      <p className="sample-stem">{t("preview")}</p>
      <div aria-hidden="true" className="sample-options">
        <span className="sample-option">¼</span>
        <span className="sample-option" data-chosen>
          ¾
        </span>
      </div>
      <span aria-hidden="true" className="button button-primary">
        {t("previewButton")}
      </span>
    </section>
  );
}
