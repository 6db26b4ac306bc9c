import { useTranslation } from "react-i18next";

import { Preparing } from "../components/Preparing";

export function SettingsPage() {
  const { t } = useTranslation("settings");
  return <Preparing title={t("title")} />;
}
