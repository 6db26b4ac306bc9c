/** The author's pages, one part of the app that is fetched when it is first visited. */
import { useTranslation } from "react-i18next";

import { Preparing } from "../components/Preparing";

export function ItemsPage() {
  const { t } = useTranslation("author");
  return <Preparing title={t("title")} />;
}

export function ItemPage() {
  const { t } = useTranslation("author");
  return <Preparing title={t("title")} />;
}
