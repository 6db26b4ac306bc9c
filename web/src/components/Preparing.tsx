import { useTranslation } from "react-i18next";

import { PageHeading } from "./PageHeading";
import { EmptyState } from "./States";

/** A page that is yet to come. */
export function Preparing({ title }: { title: string }) {
  const { t } = useTranslation();
  return (
    <div className="page">
      <PageHeading title={title} />
      <EmptyState title={t("preparing.title")} text={t("preparing.text")} />
    </div>
  );
}
