/** The teacher's pages, one part of the app that is fetched when it is first visited. */
import "./teacher.css";

export { AssignmentPage } from "./AssignmentPage";
export { AssignPage } from "./AssignPage";
export { ClassesPage } from "./ClassesPage";
export { ClassPage } from "./ClassPage";
export { LearnerPage } from "./LearnerPage";
export { SessionPage } from "./SessionPage";
