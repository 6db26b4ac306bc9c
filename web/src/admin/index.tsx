/** The admin's pages, one part of the app that is fetched when it is first visited. */
import { useTranslation } from "react-i18next";

import { Preparing } from "../components/Preparing";

export function PeoplePage() {
  const { t } = useTranslation("admin");
  return <Preparing title={t("people")} />;
}

export function ClassesPage() {
  const { t } = useTranslation("admin");
  return <Preparing title={t("classes")} />;
}
