import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import type { Concept } from "../api/contract";
import { layOut, twoLines, type Layout, type Place } from "./graph";

/** Pixels of the picture. */
const COLUMN = 144;
const ROW = 104;
const NODE = { across: 132, down: 52 };
/** Up to this the picture is made smaller; a narrower window scrolls it. */
const SMALLEST = 0.8;

/** The skills as boxes, each below what it builds on, joined by lines. The list on the same page says the same in words. */
export function SkillGraph({ concepts }: { concepts: Concept[] }) {
  const { t } = useTranslation("author");
  const layout = useMemo(() => layOut(concepts), [concepts]);
  const edges = concepts.flatMap(({ code, prerequisites }) => prerequisites.map((source) => ({ source, target: code })));
  const [across, down] = [layout.columns * COLUMN, layout.rows * ROW];
  const summary = t("skills.summary", { count: concepts.length, edges: edges.length, levels: layout.rows });
  return (
    <figure className="chart-frame" aria-labelledby="skills-graph">
      <h2 id="skills-graph">{t("skills.graph")}</h2>
      {/* A wide picture scrolls within its frame, by keyboard too. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="graph-view" tabIndex={0} role="region" aria-label={t("skills.graph")}>
        <svg
          className="graph"
          viewBox={`0 0 ${across} ${down}`}
          style={{ minInlineSize: `${across * SMALLEST}px` }}
          role="img"
          aria-label={summary}
        >
          {edges.map(({ source, target }) => (
            <Edge key={`${source} ${target}`} layout={layout} source={source} target={target} />
          ))}
          {concepts.map(({ code, name }) => (
            <Node key={code} name={name} place={layout.places.get(code)} />
          ))}
        </svg>
      </div>
      <figcaption>
        <p className="hint">{summary}</p>
      </figcaption>
    </figure>
  );
}

const middleOf = ({ column, row }: Place) => ({ x: column * COLUMN, y: (row + 0.5) * ROW });

function Edge({ layout, source, target }: { layout: Layout; source: string; target: string }) {
  const [from, to] = [layout.places.get(source), layout.places.get(target)];
  if (from === undefined || to === undefined) return null;
  const [start, end] = [middleOf(from), middleOf(to)];
  const [above, below] = [start.y + NODE.down / 2, end.y - NODE.down / 2];
  const bend = (below - above) / 2;
  return (
    <path
      className="graph-edge"
      d={`M${start.x} ${above}C${start.x} ${above + bend} ${end.x} ${below - bend} ${end.x} ${below}`}
    />
  );
}

function Node({ name, place }: { name: string; place: Place | undefined }) {
  if (place === undefined) return null;
  const { x, y } = middleOf(place);
  const [first, second] = twoLines(name);
  const shift = second === "" ? 0 : 9;
  return (
    <g>
      <rect
        className="graph-node"
        x={x - NODE.across / 2}
        y={y - NODE.down / 2}
        width={NODE.across}
        height={NODE.down}
        rx="12"
      />
      <text className="graph-name" x={x} y={y - shift} textAnchor="middle" dominantBaseline="central">
        {first}
      </text>
      {second !== "" && (
        <text className="graph-name" x={x} y={y + shift} textAnchor="middle" dominantBaseline="central">
          {second}
        </text>
      )}
    </g>
  );
}
