import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

export type Column<Row> = {
  /** Unique within the table. */
  key: string;
  head: string;
  cell: (row: Row) => ReactNode;
  /** What to sort by; without it the column can't be sorted. Missing values come last, whichever way. */
  sortBy?: (row: Row) => string | number | null;
  isNumber?: boolean;
};

export type Sorting = { key: string; isDescending: boolean };

type TableProps<Row> = {
  caption: string;
  /** Show the caption to the eye as well. */
  hasVisibleCaption?: boolean;
  /** The first one names the row. */
  columns: Column<Row>[];
  rows: Row[];
  rowKey: (row: Row) => string;
  sortedAtFirst?: Sorting;
};

/**
 * A table whose columns sort by a click on their heads, which stay in sight. On a narrow screen each row becomes a card
 * with the heads beside the values.
 */
export function Table<Row>({ caption, hasVisibleCaption = false, columns, rows, rowKey, sortedAtFirst }: TableProps<Row>) {
  const { t, i18n } = useTranslation();
  const [sorting, setSorting] = useState<Sorting | null>(sortedAtFirst ?? null);
  const shown = sorted(rows, columns, sorting, i18n.language);
  const sortBy = (key: string) =>
    setSorting((now) => ({ key, isDescending: now?.key === key ? !now.isDescending : false }));
  return (
    <table className="table">
      <caption className={hasVisibleCaption ? undefined : "visually-hidden"}>{caption}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <Head key={column.key} column={column} sorting={sorting} onSort={sortBy} />
          ))}
        </tr>
      </thead>
      <tbody>
        {shown.map((row) => (
          <tr key={rowKey(row)}>
            {columns.map((column, index) => (
              <Cell key={column.key} column={column} row={row} isName={index === 0} />
            ))}
          </tr>
        ))}
        {shown.length === 0 && (
          <tr>
            <td colSpan={columns.length} className="table-empty">
              {t("table.empty")}
            </td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

type HeadProps<Row> = { column: Column<Row>; sorting: Sorting | null; onSort: (key: string) => void };

function Head<Row>({ column, sorting, onSort }: HeadProps<Row>) {
  const isSorted = sorting?.key === column.key;
  const direction = isSorted ? (sorting.isDescending ? "descending" : "ascending") : undefined;
  return (
    <th scope="col" className={column.isNumber ? "number" : undefined} aria-sort={direction}>
      {column.sortBy ? (
        <button type="button" className="table-sort" onClick={() => onSort(column.key)}>
          {column.head}
          <span className="table-arrow" data-direction={direction} aria-hidden="true" />
        </button>
      ) : (
        column.head
      )}
    </th>
  );
}

function Cell<Row>({ column, row, isName }: { column: Column<Row>; row: Row; isName: boolean }) {
  const className = column.isNumber ? "number" : undefined;
  if (isName) return <th scope="row">{column.cell(row)}</th>;
  return (
    <td className={className} data-head={column.head}>
      {column.cell(row)}
    </td>
  );
}

export function sorted<Row>(rows: Row[], columns: Column<Row>[], sorting: Sorting | null, language: string): Row[] {
  const by = columns.find(({ key }) => key === sorting?.key)?.sortBy;
  if (by === undefined || sorting === null) return rows;
  const collator = new Intl.Collator(language, { numeric: true });
  const sign = sorting.isDescending ? -1 : 1;
  return [...rows].sort((one, other) => {
    const [left, right] = [by(one), by(other)];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    if (typeof left === "number" && typeof right === "number") return sign * (left - right);
    return sign * collator.compare(String(left), String(right));
  });
}
