import { useId, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "./Button";

type ChartFrameProps = {
  title: string;
  /** What the picture shows, in a sentence or two; screen readers read it in place of the picture. */
  summary: string;
  /** An `svg` of class `chart`. It is hidden from screen readers, which get the summary and the table. */
  chart: ReactNode;
  /** The same figures as a `Table`. */
  table: ReactNode;
  level?: 2 | 3;
};

/** A chart with its title, its summary in words, and its figures as a table for whoever wants them. */
export function ChartFrame({ title, summary, chart, table, level = 2 }: ChartFrameProps) {
  const { t } = useTranslation();
  const id = useId();
  const [showsTable, setShowsTable] = useState(false);
  const Heading = `h${level}` as const;
  return (
    <figure className="chart-frame" aria-labelledby={id}>
      <Heading id={id}>{title}</Heading>
      <div className="chart-picture" role="img" aria-label={summary}>
        {chart}
      </div>
      <figcaption>
        <p className="hint">{summary}</p>
        <Button variant="quiet" isSmall aria-expanded={showsTable} onClick={() => setShowsTable(!showsTable)}>
          {showsTable ? t("chart.hideTable") : t("chart.asTable")}
        </Button>
      </figcaption>
      {showsTable && <div className="chart-table">{table}</div>}
    </figure>
  );
}
