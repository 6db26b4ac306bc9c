/** The operator's pages, one part of the app that is fetched when it is first visited. */
import { useTranslation } from "react-i18next";

import { Preparing } from "../components/Preparing";

export function OperationPage() {
  const { t } = useTranslation("operator");
  return <Preparing title={t("title")} />;
}
