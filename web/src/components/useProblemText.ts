import { useTranslation } from "react-i18next";

import { isTransient, NetworkFailure, Problem } from "../api/problem";

/** Say what an error means to the person who sees it: our own words where we have them, else the server's. */
export function useProblemText(error: unknown): string {
  const { t, i18n } = useTranslation();
  if (error instanceof NetworkFailure) return t("problems.offline");
  if (error instanceof Problem && i18n.exists(`problems.${error.code}`)) return t(`problems.${error.code}` as "problems.unknown");
  if (isTransient(error)) return t("problems.busy");
  if (!(error instanceof Problem)) return t("problems.unknown");
  return error.message || t("problems.unknown");
}
