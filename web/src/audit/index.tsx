/** Who did what, and to whom records were disclosed: a part of the app that is fetched when it is first visited. */
import "../admin/admin.css";
import "./audit.css";

export { AuditPage } from "./AuditPage";
export { DisclosuresPage } from "./DisclosuresPage";
export { LearnerDisclosuresPage } from "./LearnerDisclosuresPage";
export { OwnDisclosuresPage } from "./OwnDisclosuresPage";
