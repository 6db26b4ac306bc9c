/** The resources that the learner's pages read, by short names; their shapes come from the server's OpenAPI document. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Me = Schemas["Me"];
export type TestDesign = Schemas["TestDesign"];
export type Item = Schemas["ShownItem"];
export type Option = Schemas["ShownOption"];
export type Session = Schemas["Session"];
export type SessionSummary = Schemas["SessionSummary"];
export type Feedback = Schemas["Feedback"];
export type Recorded = Schemas["Recorded"];
export type Result = Schemas["Result"];
export type SkillResult = Schemas["SkillResult"];
export type TokenPair = Schemas["TokenPair"];
export type FieldProblem = Schemas["FieldProblem"];
