import { useTranslation } from "react-i18next";

import { Preparing } from "../components/Preparing";

export function DesignPage() {
  const { t } = useTranslation("design");
  return <Preparing title={t("title")} />;
}
