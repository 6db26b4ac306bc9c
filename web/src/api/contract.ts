/** The resources that the learner's pages read, by short names; their shapes come from the server's OpenAPI document. */
import type { Accommodations } from "../app/preferences";
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Me = Schemas["Me"];
export type TestDesign = Schemas["TestDesign"];
export type Item = Schemas["ShownItem"];
export type Option = Schemas["ShownOption"];
/** What the player needs to know of what a school has granted; absent where nothing has been. */
export type Session = Omit<Schemas["Session"], "accommodations"> & { accommodations?: Accommodations | null };
export type PastSession = Schemas["PastSession"];
export type SessionSummary = Schemas["SessionSummary"];
export type Assignment = Schemas["Assignment"];
export type Feedback = Schemas["Feedback"];
export type Recorded = Schemas["Recorded"];
export type Result = Schemas["Result"];
export type SkillResult = Schemas["SkillResult"];
export type TokenPair = Schemas["TokenPair"];
export type SecondFactorNeeded = Schemas["SecondFactorNeeded"];
export type FieldProblem = Schemas["FieldProblem"];
export type ItemSummary = Schemas["ItemSummary"];
export type ItemDetail = Schemas["ItemDetail"];
export type ItemKey = Schemas["ItemKey"];
export type ItemParameters = Schemas["ItemParameters"];
export type ItemVersion = Schemas["ItemVersion"];
export type Concept = Schemas["Concept"];
export type BankListing = Schemas["BankListing"];
export type Simulation = Schemas["Simulation"];
export type SimulationResult = Schemas["SimulationResult"];
export type ConditionalResult = Schemas["ConditionalResult"];
export type Job = Schemas["Job"];
export type JobEvent = Schemas["JobEvent"];
export type DeadLetter = Schemas["DeadLetter"];
export type Person = Schemas["User"];
export type RosterImport = Schemas["RosterImport"];
export type RosterReport = Schemas["RosterReport"];
export type RosterChange = Schemas["RosterChange"];
export type RowProblem = Schemas["RowProblem"];
export type SchoolClass = Schemas["SchoolClass"];
export type Enrolment = Schemas["Enrolment"];
