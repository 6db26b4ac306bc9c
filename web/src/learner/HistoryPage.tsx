import { useTranslation } from "react-i18next";

import { Preparing } from "../components/Preparing";

export function HistoryPage() {
  const { t } = useTranslation("learner");
  return <Preparing title={t("history.title")} />;
}
