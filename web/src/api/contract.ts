/** The resources of the HTTP API that the learner's pages read, as `/api/v1/openapi.json` describes them. */

export type Page<T> = { items: T[]; next_cursor: string | null };

export type Me = {
  id: string;
  email: string;
  full_name: string;
  organisation: { id: string; slug: string; name: string };
  roles: string[];
  permissions: string[];
};

export type Mode = "exam" | "practice";

export type TestDesign = {
  id: string;
  name: string;
  description: string;
  mode: Mode;
  bank_name: string;
  min_items: number;
  max_items: number;
  time_limit_seconds: number | null;
  is_provisional: boolean;
};

/** `text` is Markdown with `$…$` maths; `spoken` is the same in words, for those who listen. */
export type Option = { id: string; text: string; spoken: string };

export type Item = {
  id: string;
  position: number;
  type: "single_choice";
  stem: string;
  stem_spoken: string;
  options: Option[];
};

export type SessionStatus = "active" | "paused" | "finished" | "expired" | "invalidated";

export type SessionSummary = {
  id: string;
  status: SessionStatus;
  mode: Mode;
  test_design_id: string;
  test_design_name: string;
  answered: number;
  min_items: number;
  max_items: number;
  estimated_remaining: number | null;
  started_at: string;
  expires_at: string;
  paused_at: string | null;
  finished_at: string | null;
  stop_reason: string | null;
};

export type Session = SessionSummary & { item: Item | null };

export type Feedback = {
  is_correct: boolean;
  key: string;
  misconception: { name: string; description: string } | null;
  solution: string;
  solution_spoken: string;
  hints: string[];
};

/** What came of an answer: `feedback` only in practice mode. */
export type Recorded = {
  recorded: { position: number; item_id: string };
  feedback: Feedback | null;
  session: Session;
};

export type SkillResult = {
  code: string;
  name: string;
  answered: number;
  correct: number;
  /** Probability, 0–1, that the skill is mastered; null while there are too few answers to say. */
  mastery: number | null;
};

export type Result = {
  session_id: string;
  status: SessionStatus;
  stop_reason: string | null;
  answered: number;
  correct: number;
  theta: number;
  se: number;
  band: { low: number; high: number; level: number };
  scale: { score: number; low: number; high: number; minimum: number; maximum: number };
  is_provisional: boolean;
  skills: SkillResult[];
  next_steps: { skill_code: string; skill_name: string; reason: string }[];
};
