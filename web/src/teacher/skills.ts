/** The skills of a class as a map has them: a row a skill, a cell a learner. Pure. */
import { masteryLevel, type MasteryLevel } from "../components/mastery";
import type { ClassAnalytics, SkillMastery } from "./contract";

export type Cell = { id: string; name: string; known: SkillMastery | null };
export type SkillRow = { code: string; name: string; cells: Cell[]; counts: Record<MasteryLevel | "none", number> };

export function levelOf(known: SkillMastery | null): MasteryLevel | "none" {
  return known === null ? "none" : masteryLevel(known.mastery);
}

/** The rows by what the class knows least, the cells of all of them by ability, so that a learner stays in a column. */
export function skillRows({ learners, skills, mastery }: ClassAnalytics): SkillRow[] {
  const bySkill = new Map(mastery.map((each) => [each.learner_id, each.by_skill]));
  const inOrder = [...learners].sort((one, other) => (one.theta ?? -Infinity) - (other.theta ?? -Infinity));
  const rows = skills.map(({ code, name }) => {
    const cells = inOrder.map(({ learner_id: id, full_name }) => ({
      id,
      name: full_name,
      known: bySkill.get(id)?.[code] ?? null,
    }));
    const counts = { high: 0, good: 0, open: 0, low: 0, none: 0 };
    for (const { known } of cells) counts[levelOf(known)] += 1;
    return { code, name, cells, counts };
  });
  return rows.sort((one, other) => shareKnown(one) - shareKnown(other));
}

/** Of those who have answered, the share who probably know the skill. */
export function shareKnown({ counts }: SkillRow): number {
  const asked = counts.high + counts.good + counts.open + counts.low;
  return asked === 0 ? 0 : (counts.high + counts.good) / asked;
}

/** Neighbours of one level as one piece, for classes so large that single cells could not be told apart. */
export function pieces(cells: Cell[]): { level: ReturnType<typeof levelOf>; from: number; count: number }[] {
  const found: { level: ReturnType<typeof levelOf>; from: number; count: number }[] = [];
  cells.forEach(({ known }, index) => {
    const [level, last] = [levelOf(known), found.at(-1)];
    if (last?.level === level) last.count += 1;
    else found.push({ level, from: index, count: 1 });
  });
  return found;
}
