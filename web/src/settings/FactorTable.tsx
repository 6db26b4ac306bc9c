import { useTranslation } from "react-i18next";

import { Button } from "../components/Button";
import { Table, type Column } from "../components/Table";
import { Moment } from "../i18n/Moment";
import type { SecondFactor } from "./queries";

type FactorTableProps = { factors: SecondFactor[]; onRemove: (factor: SecondFactor) => void };

export function FactorTable({ factors, onRemove }: FactorTableProps) {
  const { t } = useTranslation("settings");
  const nameOf = ({ kind, name }: SecondFactor) => (kind === "totp" ? t("factors.kinds.totp") : name);
  const columns: Column<SecondFactor>[] = [
    { key: "name", head: t("factors.name"), cell: nameOf },
    { key: "kind", head: t("factors.kind"), cell: ({ kind }) => t(`factors.kinds.${kind}`) },
    { key: "since", head: t("factors.since"), cell: ({ confirmed_at }) => <Moment at={confirmed_at} isDateOnly /> },
    {
      key: "used",
      head: t("factors.used"),
      cell: ({ last_used_at }) => (last_used_at === null ? t("factors.never") : <Moment at={last_used_at} />),
    },
    {
      key: "remove",
      head: t("factors.remove"),
      cell: (factor) => (
        <Button isSmall aria-label={t("factors.removeNamed", { name: nameOf(factor) })} onClick={() => onRemove(factor)}>
          {t("factors.remove")}
        </Button>
      ),
    },
  ];
  return <Table caption={t("factors.title")} columns={columns} rows={factors} rowKey={({ id }) => id} />;
}
