/** Dates and numbers as the reader writes them: in the app's language, in the reader's own variety of it and time zone. */
import { useTranslation } from "react-i18next";

export type Formats = {
  /** «22 Nov 2026, 14:05» */
  moment: (moment: string) => string;
  /** «22 Nov 2026» */
  date: (moment: string) => string;
  /** «22 Nov», for axes */
  day: (moment: string | number) => string;
  /** 0.42 as «42%» */
  percent: (fraction: number) => string;
  /** With at most that many digits behind the point. */
  number: (value: number, digits?: number) => string;
  /** With its sign, as a change has. */
  change: (value: number, digits?: number) => string;
};

export function useFormats(): Formats {
  const { i18n } = useTranslation();
  return formatsFor(i18n.language);
}

export function formatsFor(language: string): Formats {
  const variety = navigator.languages.find((each) => each.split("-")[0] === language.split("-")[0]) ?? language;
  const date = (options: Intl.DateTimeFormatOptions) => (moment: string | number) =>
    new Intl.DateTimeFormat(variety, options).format(new Date(moment));
  const number = (options: Intl.NumberFormatOptions) => (value: number) =>
    new Intl.NumberFormat(variety, options).format(value);
  return {
    moment: date({ dateStyle: "medium", timeStyle: "short" }),
    date: date({ dateStyle: "medium" }),
    day: date({ day: "numeric", month: "short" }),
    percent: number({ style: "percent", maximumFractionDigits: 0 }),
    number: (value, digits = 0) => number({ maximumFractionDigits: digits })(value),
    change: (value, digits = 0) => number({ maximumFractionDigits: digits, signDisplay: "exceptZero" })(value),
  };
}
