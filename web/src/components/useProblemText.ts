import { useTranslation } from "react-i18next";

import { isTransient, NetworkFailure, Problem } from "../api/problem";

const EXPLAINED = [
  "invalid_credentials",
  "session_not_found",
  "session_not_active",
  "session_untimed",
  "forbidden",
  "not_found",
  "class_not_found",
  "learner_not_found",
  "assignment_not_open",
  "assignment_withdrawn",
  "no_attempt_left",
  "code_wrong",
  "step_expired",
  "link_invalid",
  "password_too_weak",
  "password_wrong",
  "email_unchanged",
  "recent_sign_in_required",
  "account_suspended",
  "account_exists",
  "slug_taken",
  "organisation_not_found",
  "registration_closed",
  "consent_missing",
  "in_exam",
  "second_factor_missing",
  "too_young",
  "guardian_needed",
  "guardian_is_oneself",
  "test_going_on",
  "own_account",
  "not_alike",
  "account_merged",
  "teaches_there",
] as const;

/** Say what an error means to the person who sees it: our own words where we have them, else the server's. */
export function useProblemText(error: unknown): string {
  const { t } = useTranslation();
  if (error instanceof NetworkFailure) return t("problems.offline");
  if (error instanceof Problem && error.code === "too_many_requests") return t("problems.too_many_requests");
  if (error instanceof Problem && error.code === "rate_limited") return t("problems.rate_limited");
  if (isTransient(error)) return t("problems.busy");
  if (!(error instanceof Problem)) return t("problems.unknown");
  const explained = EXPLAINED.find((code) => code === error.code);
  if (explained) return t(`problems.${explained}`);
  return error.message || t("problems.unknown");
}
