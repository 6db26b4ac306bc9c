import { useTranslation } from "react-i18next";

import { Table, type Column } from "../components/Table";

/** The categories of the data map. */
const CATEGORIES = [
  "identity",
  "contact",
  "credential",
  "education record",
  "special",
  "behaviour",
  "technical",
  "reference",
] as const;
type Category = (typeof CATEGORIES)[number];

/** What is kept of somebody, in plain words: the categories of the data map, why each is kept, and for how long. */
export function WhatIsKept() {
  const { t } = useTranslation("privacy");
  const columns: Column<Category>[] = [
    { key: "what", head: t("kept.what"), cell: (category) => t(`kept.categories.${category}.what`) },
    { key: "why", head: t("kept.why"), cell: (category) => t(`kept.categories.${category}.why`) },
    { key: "long", head: t("kept.long"), cell: (category) => t(`kept.categories.${category}.long`) },
  ];
  return (
    <section aria-labelledby="privacy-kept">
      <h2 id="privacy-kept">{t("kept.title")}</h2>
      <p>{t("kept.lead")}</p>
      <details className="privacy-more">
        <summary>{t("kept.more")}</summary>
        <Table caption={t("kept.title")} columns={columns} rows={[...CATEGORIES]} rowKey={(category) => category} />
      </details>
    </section>
  );
}
