import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Select } from "../components/Select";
import { chooseLanguage } from "../i18n";
import { isPseudo, LANGUAGE_NAMES, LANGUAGES, PSEUDO_LANGUAGES, type Language, type PseudoLanguage } from "../i18n/languages";
import { APPEARANCES, choosePreferences, CONTRASTS, MOTIONS, TEXT_SIZES, usePreferences } from "./preferences";

/** Light, dark, or like the device. */
export function AppearanceChoice() {
  const { t } = useTranslation();
  const { chosen } = usePreferences();
  return (
    <Select
      label={t("appearance.label")}
      value={chosen.appearance}
      onChange={(appearance) => choosePreferences({ appearance })}
      options={APPEARANCES.map((value) => ({ value, text: t(`appearance.${value}`) }))}
    />
  );
}

/** The language of the app. A language in disguise is offered only where it is on already. */
export function LanguageChoice({ offersDisguise = false }: { offersDisguise?: boolean }) {
  const { t, i18n } = useTranslation();
  const [isBusy, setIsBusy] = useState(false);
  const language = i18n.language as Language | PseudoLanguage;
  const choose = (wanted: Language | PseudoLanguage) => {
    setIsBusy(true);
    // Where the texts can't be fetched, everything stays as it is.
    void chooseLanguage(wanted)
      .catch(() => undefined)
      .finally(() => setIsBusy(false));
  };
  const offered = offersDisguise || isPseudo(language) ? [...LANGUAGES, ...PSEUDO_LANGUAGES] : LANGUAGES;
  return (
    <Select
      label={t("language.label")}
      value={language}
      isDisabled={isBusy}
      onChange={choose}
      options={offered.map((value) => ({ value, text: LANGUAGE_NAMES[value], lang: value }))}
    />
  );
}

export function TextSizeChoice() {
  const { t } = useTranslation();
  const { chosen } = usePreferences();
  return (
    <Select
      label={t("textSize.label")}
      value={chosen.textSize}
      onChange={(textSize) => choosePreferences({ textSize })}
      options={TEXT_SIZES.map((value) => ({ value, text: t(`textSize.${value}`) }))}
    />
  );
}

export function ContrastChoice() {
  const { t } = useTranslation();
  const { chosen } = usePreferences();
  return (
    <Select
      label={t("contrast.label")}
      value={chosen.contrast}
      onChange={(contrast) => choosePreferences({ contrast })}
      options={CONTRASTS.map((value) => ({ value, text: t(`contrast.${value}`) }))}
    />
  );
}

export function MotionChoice() {
  const { t } = useTranslation();
  const { chosen } = usePreferences();
  return (
    <Select
      label={t("motion.label")}
      value={chosen.motion}
      onChange={(motion) => choosePreferences({ motion })}
      options={MOTIONS.map((value) => ({ value, text: t(`motion.${value}`) }))}
    />
  );
}
