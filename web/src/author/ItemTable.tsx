import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { ItemSummary } from "../api/contract";
import { Table, type Column } from "../components/Table";
import { Spoken } from "../content/Spoken";
import { useFormats } from "../i18n/format";
import { StatusBadge } from "./StatusBadge";

/** Items with what is known of each; the server has put them in order. */
export function ItemTable({ items }: { items: ItemSummary[] }) {
  const { t } = useTranslation("author");
  const { number, percent } = useFormats();
  const columns: Column<ItemSummary>[] = [
    {
      key: "code",
      head: t("items.code"),
      cell: (item) => (
        <Link to="/author/items/$itemId" params={{ itemId: item.id }} className="item-code">
          {item.code}
        </Link>
      ),
    },
    {
      key: "stem",
      head: t("items.question"),
      cell: (item) => (
        <div className="item-stem">
          <Spoken source={item.stem} spoken={item.stem_spoken} isInline />
        </div>
      ),
    },
    { key: "skill", head: t("items.skill"), cell: ({ concept }) => concept.name },
    {
      key: "difficulty",
      head: t("items.difficulty"),
      cell: ({ parameters }) => (parameters ? <Difficulty {...parameters} /> : "–"),
      isNumber: true,
    },
    { key: "given", head: t("items.given"), cell: ({ statistics }) => number(statistics.administered), isNumber: true },
    {
      key: "right",
      head: t("items.right"),
      cell: ({ statistics }) => (statistics.p_value === null ? "–" : percent(statistics.p_value)),
      isNumber: true,
    },
    { key: "status", head: t("items.status"), cell: ({ status }) => <StatusBadge status={status} /> },
  ];
  return <Table caption={t("items.title")} columns={columns} rows={items} rowKey={({ id }) => id} />;
}

function Difficulty({ difficulty, is_provisional }: { difficulty: number; is_provisional: boolean }) {
  const { t } = useTranslation("author");
  const { number } = useFormats();
  return (
    <span className="figure-with-note">
      {number(difficulty, 2)}
      {is_provisional && <span className="hint">{t("provisional")}</span>}
    </span>
  );
}
