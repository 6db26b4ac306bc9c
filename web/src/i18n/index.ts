/**
 * Every text that people read, by language and area: `<language>/<area>.json`.
 *
 * `common` is needed everywhere and its English comes with the app; the texts of an area are fetched together with its
 * pages (`app/lazyPage.ts`), in the language that is shown, and again when another language is chosen.
 */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";

import type admin from "./en/admin.json";
import type audit from "./en/audit.json";
import type author from "./en/author.json";
import common from "./en/common.json";
import type consents from "./en/consents.json";
import type design from "./en/design.json";
import type family from "./en/family.json";
import type learner from "./en/learner.json";
import type operator from "./en/operator.json";
import type privacy from "./en/privacy.json";
import type settings from "./en/settings.json";
import type signin from "./en/signin.json";
import type teacher from "./en/teacher.json";
import { chosenLanguage, directionOf, isPseudo, keepLanguage, type Language, type PseudoLanguage } from "./languages";
import type { Texts } from "./pseudo";

type Resources = {
  common: typeof common;
  signin: typeof signin;
  learner: typeof learner;
  settings: typeof settings;
  teacher: typeof teacher;
  author: typeof author;
  admin: typeof admin;
  audit: typeof audit;
  operator: typeof operator;
  family: typeof family;
  privacy: typeof privacy;
  consents: typeof consents;
  design: typeof design;
};

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "common";
    resources: Resources;
  }
}

/** A part of the app that has texts of its own. */
export type TextArea = keyof Resources;

const files = import.meta.glob<Texts>(["./{en,ko,es}/*.json", "!./en/common.json"], { import: "default" });

/** What has been asked for so far, and is needed in any other language that is chosen later. */
const areas = new Set<TextArea>(["common"]);

export async function startTranslations(): Promise<void> {
  const language = chosenLanguage();
  i18next.on("languageChanged", (changed) => {
    document.documentElement.lang = changed;
    document.documentElement.dir = directionOf(changed);
  });
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: "en",
    ns: ["common"],
    defaultNS: "common",
    resources: { en: { common } },
    react: { useSuspense: false },
    // React escapes what it shows.
    interpolation: { escapeValue: false },
  });
  await add(language, "common");
}

/** Fetch the texts of an area, unless they are here already. */
export async function loadTexts(area: TextArea): Promise<void> {
  areas.add(area);
  await add(i18next.language as Language | PseudoLanguage, area);
}

/** Show the app in that language from now on, on this device. Rejects, and changes nothing, when it can't be fetched. */
export async function chooseLanguage(language: Language | PseudoLanguage): Promise<void> {
  await Promise.all([...areas].map((area) => add(language, area)));
  keepLanguage(language);
  await i18next.changeLanguage(language);
}

async function add(language: Language | PseudoLanguage, area: TextArea): Promise<void> {
  if (i18next.hasResourceBundle(language, area)) return;
  i18next.addResourceBundle(language, area, await fetchTexts(language, area));
}

async function fetchTexts(language: Language | PseudoLanguage, area: TextArea): Promise<Texts> {
  if (isPseudo(language)) {
    const { pseudoTexts } = await import("./pseudo");
    return pseudoTexts(await fetchTexts("en", area), language);
  }
  if (language === "en" && area === "common") return common;
  const fetch = files[`./${language}/${area}.json`];
  if (fetch === undefined) throw new Error(`There are no ${language} texts for ${area}`);
  return fetch();
}
