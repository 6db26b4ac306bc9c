/** The school administrator's pages, one part of the app that is fetched when it is first visited. */
import "./admin.css";

export { ClassesPage } from "./ClassesPage";
export { ClassPage } from "./ClassPage";
export { InvitationsPage } from "./InvitationsPage";
export { PeoplePage } from "./PeoplePage";
export { PersonPage } from "./PersonPage";
export { RosterPage } from "./RosterPage";
export { RostersPage } from "./RostersPage";
