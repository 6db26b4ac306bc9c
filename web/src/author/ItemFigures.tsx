import { useTranslation } from "react-i18next";

import type { ItemDetail } from "../api/contract";
import { EmptyState } from "../components/States";
import { useFormats } from "../i18n/format";

/** The item's parameters and how it has done, each as one figure. */
export function ItemFigures({ item: { parameters, statistics } }: { item: ItemDetail }) {
  const { t } = useTranslation("author");
  const { number, percent } = useFormats();
  const figures: [name: string, value: string][] = [
    ...(parameters
      ? ([
          [t("figures.difficulty"), number(parameters.difficulty, 2)],
          [t("figures.discrimination"), number(parameters.discrimination, 2)],
          [t("figures.guessing"), number(parameters.guessing, 2)],
          [t("figures.upper"), number(parameters.upper, 2)],
        ] satisfies [string, string][])
      : []),
    [t("figures.given"), number(statistics.administered)],
    [t("figures.right"), statistics.p_value === null ? "–" : percent(statistics.p_value)],
  ];
  return (
    <section aria-labelledby="item-figures">
      <h2 id="item-figures">{t("figures.title")}</h2>
      {parameters ? (
        <p className="hint">
          {t(parameters.is_provisional ? "figures.provisional" : "figures.calibrated", {
            bank: parameters.bank_name,
            version: parameters.bank_version,
            provenance: parameters.provenance,
          })}
        </p>
      ) : (
        <EmptyState title={t("figures.noneTitle")} text={t("figures.noneText")} />
      )}
      <dl className="facts-list">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
