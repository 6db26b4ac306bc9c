import { useTranslation } from "react-i18next";

import { useFormats } from "../i18n/format";

/** Milliseconds in words: seconds, and from two minutes on minutes. */
export function useDuration(): (ms: number) => string {
  const { t } = useTranslation("teacher");
  const { number } = useFormats();
  return (ms) =>
    ms < 120_000 ? t("duration.seconds", { seconds: number(ms / 1000, ms < 10_000 ? 1 : 0) }) : t("duration.minutes", { minutes: number(ms / 60_000) });
}
