/** The resources that the teacher's pages read, by short names; their shapes come from the server's OpenAPI document. */
import type { components } from "../api/schema";

type Schemas = components["schemas"];

export type SchoolClass = Schemas["SchoolClass"];
export type ClassAnalytics = Schemas["ClassAnalytics"];
export type LearnerProgress = Schemas["LearnerProgress"];
export type SkillMastery = Schemas["SkillMastery"];
export type HelpReason = Schemas["HelpReason"];
export type ScaleScore = Schemas["ScaleScore"];
export type Assignment = Schemas["Assignment"];
export type AssignmentDetail = Schemas["AssignmentDetail"];
export type LearnerAttempt = Schemas["LearnerAttempt"];
export type LearnerAccommodations = Schemas["LearnerAccommodations"];
export type NewAccommodations = Schemas["NewAccommodations"];
export type Review = Schemas["Review"];
export type ReviewedAnswer = Schemas["ReviewedAnswer"];
export type Intervention = Schemas["Intervention"];
export type SkillState = Schemas["SkillState"];
export type PastSession = Schemas["PastSession"];
export type SessionSummary = Schemas["SessionSummary"];
