import { useTranslation } from "react-i18next";

/** How long a test may take, in minutes; null where no clock runs. */
export function TimeLimit({ seconds }: { seconds: number | null }) {
  const { t } = useTranslation("learner");
  return <span>{seconds === null ? t("home.noLimit") : t("home.minutes", { count: Math.round(seconds / 60) })}</span>;
}
