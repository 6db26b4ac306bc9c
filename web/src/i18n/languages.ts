/** The languages of the app, and the one that was chosen on this device. */

export const LANGUAGES = ["en", "ko", "es"] as const;
/** English in disguise, for tests: `en-XA` with accents and long words, `en-XB` written from right to left. */
export const PSEUDO_LANGUAGES = ["en-XA", "en-XB"] as const;

export type Language = (typeof LANGUAGES)[number];
export type PseudoLanguage = (typeof PSEUDO_LANGUAGES)[number];

/** Each language by its own name, so that whoever landed in the wrong one finds the way out. */
export const LANGUAGE_NAMES: Record<Language | PseudoLanguage, string> = {
  en: "English",
  ko: "한국어",
  es: "Español",
  "en-XA": "[Àççéñţš]",
  "en-XB": "\u202eRight to left\u202c",
};

const STORAGE_KEY = "dreamseed.language";

/** The language chosen on this device, else the first of the reader's own that we have, else English. */
export function chosenLanguage(): Language | PseudoLanguage {
  const stored = localStorage.getItem(STORAGE_KEY);
  const chosen = [...LANGUAGES, ...PSEUDO_LANGUAGES].find((language) => language === stored);
  return chosen ?? firstSpoken(navigator.languages);
}

export function keepLanguage(language: Language | PseudoLanguage): void {
  localStorage.setItem(STORAGE_KEY, language);
}

export function firstSpoken(wanted: readonly string[]): Language {
  for (const variety of wanted) {
    const language = LANGUAGES.find((each) => each === variety.split("-")[0]?.toLowerCase());
    if (language) return language;
  }
  return "en";
}

export function isPseudo(language: string): language is PseudoLanguage {
  return PSEUDO_LANGUAGES.some((each) => each === language);
}

export function directionOf(language: string): "ltr" | "rtl" {
  return language === "en-XB" ? "rtl" : "ltr";
}
