/** The teacher's pages, one part of the app that is fetched when it is first visited. */
import { useTranslation } from "react-i18next";

import { Preparing } from "../components/Preparing";

export function ClassesPage() {
  const { t } = useTranslation("teacher");
  return <Preparing title={t("title")} />;
}

export function ClassPage() {
  const { t } = useTranslation("teacher");
  return <Preparing title={t("title")} />;
}

export function LearnerPage() {
  const { t } = useTranslation("teacher");
  return <Preparing title={t("title")} />;
}

export function SessionPage() {
  const { t } = useTranslation("teacher");
  return <Preparing title={t("title")} />;
}
