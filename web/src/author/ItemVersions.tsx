import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { ItemDetail, ItemParameters, ItemVersion } from "../api/contract";
import { Table, type Column } from "../components/Table";
import { useFormats } from "../i18n/format";
import { Moment } from "../i18n/Moment";
import { StatusBadge } from "./StatusBadge";

/** Every version of the item, and the parameters that banks hold of the shown one. */
export function ItemVersions({ item }: { item: ItemDetail }) {
  const { t } = useTranslation("author");
  return (
    <>
      <section aria-labelledby="item-versions">
        <h2 id="item-versions">{t("versions.title")}</h2>
        <VersionTable item={item} />
      </section>
      {item.calibrations.length > 0 && (
        <section aria-labelledby="item-calibrations">
          <h2 id="item-calibrations">{t("calibrations.title")}</h2>
          <CalibrationTable calibrations={item.calibrations} />
        </section>
      )}
    </>
  );
}

function VersionTable({ item }: { item: ItemDetail }) {
  const { t } = useTranslation("author");
  const columns: Column<ItemVersion>[] = [
    {
      key: "version",
      head: t("versions.version"),
      cell: ({ id, version }) =>
        id === item.version_id ? (
          t("versions.shown", { version })
        ) : (
          <Link to="/author/items/$itemId" params={{ itemId: item.id }} search={{ version: id }}>
            {t("item.version", { version })}
          </Link>
        ),
    },
    { key: "status", head: t("items.status"), cell: ({ status }) => <StatusBadge status={status} /> },
    { key: "language", head: t("versions.language"), cell: ({ language }) => language },
    { key: "made", head: t("versions.made"), cell: ({ created_at }) => <Moment at={created_at} /> },
  ];
  return <Table caption={t("versions.title")} columns={columns} rows={item.versions} rowKey={({ id }) => id} />;
}

function CalibrationTable({ calibrations }: { calibrations: ItemParameters[] }) {
  const { t } = useTranslation("author");
  const { number } = useFormats();
  const figure = (key: "difficulty" | "discrimination" | "guessing" | "upper"): Column<ItemParameters> => ({
    key,
    head: t(`figures.${key}`),
    cell: (parameters) => number(parameters[key], 2),
    isNumber: true,
  });
  const columns: Column<ItemParameters>[] = [
    {
      key: "bank",
      head: t("calibrations.bank"),
      cell: ({ bank_name, bank_version }) => t("calibrations.bankVersion", { bank: bank_name, version: bank_version }),
    },
    figure("difficulty"),
    figure("discrimination"),
    figure("guessing"),
    figure("upper"),
    {
      key: "provenance",
      head: t("calibrations.provenance"),
      cell: ({ provenance, is_provisional }) => (is_provisional ? t("provisional") : provenance),
    },
  ];
  return (
    <Table
      caption={t("calibrations.title")}
      columns={columns}
      rows={calibrations}
      rowKey={({ bank_version_id }) => bank_version_id}
    />
  );
}
