import { useTranslation } from "react-i18next";

import type { ConditionalResult, Simulation, SimulationResult } from "../api/contract";
import { Table, type Column } from "../components/Table";
import { useFormats } from "../i18n/format";

type Stop = { reason: string; share: number };
type Used = SimulationResult["exposure"]["most_used"][number];

const REASONS = ["max_items", "se_reached", "theta_stable", "classified", "no_gain", "no_item_left", "time_limit"] as const;

/** What came out: for the population in figures, the picture, and for each ability as a table. */
export function SimulationFigures({ simulation, result }: { simulation: Simulation; result: SimulationResult }) {
  const { t } = useTranslation("author");
  return (
    <>
      <section aria-labelledby="simulation-population">
        <h2 id="simulation-population">{t("result.population")}</h2>
        {result.is_provisional && <p className="hint">{t("result.provisional")}</p>}
        <Population result={result} />
      </section>
      {simulation.plot_url && (
        <section aria-labelledby="simulation-picture">
          <h2 id="simulation-picture">{t("result.picture")}</h2>
          <img className="simulation-picture" src={simulation.plot_url} alt={t("result.pictureText")} />
          {simulation.report_url && (
            <p>
              <a href={simulation.report_url} download>
                {t("result.report")}
              </a>
            </p>
          )}
        </section>
      )}
      <section aria-labelledby="simulation-conditional">
        <h2 id="simulation-conditional">{t("result.conditional")}</h2>
        <ConditionalTable points={result.conditional} />
      </section>
      <div className="item-curves">
        <section aria-labelledby="simulation-stops">
          <h2 id="simulation-stops">{t("result.stops")}</h2>
          <StopTable result={result} />
        </section>
        <section aria-labelledby="simulation-exposure">
          <h2 id="simulation-exposure">{t("result.exposure")}</h2>
          <UsedTable used={result.exposure.most_used} />
        </section>
      </div>
    </>
  );
}

function Population({ result }: { result: SimulationResult }) {
  const { t } = useTranslation("author");
  const { number, percent, change } = useFormats();
  const figures: [name: string, value: string][] = [
    [t("result.rmse"), number(result.rmse, 3)],
    [t("result.bias"), change(result.bias, 3)],
    [t("result.se"), number(result.se, 3)],
    [t("result.reliability"), result.correlation === null ? "–" : number(result.correlation ** 2, 2)],
    [t("result.length"), number(result.mean_length, 1)],
    [t("result.mostSeen"), percent(result.exposure.maximum)],
    [t("result.neverUsed"), t("result.ofItems", { count: result.exposure.never_used, all: number(result.exposure.items) })],
  ];
  return (
    <dl className="facts-list">
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function ConditionalTable({ points }: { points: ConditionalResult[] }) {
  const { t } = useTranslation("author");
  const { number, percent, change } = useFormats();
  const columns: Column<ConditionalResult>[] = [
    { key: "theta", head: t("curves.ability"), cell: ({ theta }) => number(theta, 2), sortBy: ({ theta }) => theta },
    { key: "bias", head: t("result.bias"), cell: ({ bias }) => change(bias, 3), sortBy: ({ bias }) => bias, isNumber: true },
    { key: "rmse", head: t("result.rmse"), cell: ({ rmse }) => number(rmse, 3), sortBy: ({ rmse }) => rmse, isNumber: true },
    { key: "se", head: t("result.se"), cell: ({ se }) => number(se, 3), sortBy: ({ se }) => se, isNumber: true },
    { key: "length", head: t("result.length"), cell: ({ length }) => number(length, 1), sortBy: ({ length }) => length, isNumber: true },
    {
      key: "exposure",
      head: t("result.mostSeen"),
      cell: ({ max_exposure }) => percent(max_exposure),
      sortBy: ({ max_exposure }) => max_exposure,
      isNumber: true,
    },
  ];
  return <Table caption={t("result.conditional")} columns={columns} rows={points} rowKey={({ theta }) => String(theta)} />;
}

function StopTable({ result }: { result: SimulationResult }) {
  const { t } = useTranslation("author");
  const { percent } = useFormats();
  const named = (reason: string) => {
    const known = REASONS.find((each) => each === reason);
    return known ? t(`result.stop.${known}`) : reason;
  };
  const columns: Column<Stop>[] = [
    { key: "reason", head: t("result.reason"), cell: ({ reason }) => named(reason) },
    { key: "share", head: t("result.share"), cell: ({ share }) => percent(share), isNumber: true },
  ];
  const rows = Object.entries(result.stop_reasons).map(([reason, share]) => ({ reason, share }));
  return <Table caption={t("result.stops")} columns={columns} rows={rows} rowKey={({ reason }) => reason} />;
}

function UsedTable({ used }: { used: Used[] }) {
  const { t } = useTranslation("author");
  const { percent } = useFormats();
  const columns: Column<Used>[] = [
    { key: "code", head: t("items.code"), cell: ({ item_code }) => item_code },
    { key: "rate", head: t("result.seenBy"), cell: ({ rate }) => percent(rate), isNumber: true },
  ];
  return <Table caption={t("result.exposure")} columns={columns} rows={used} rowKey={({ item_code }) => item_code} />;
}
