/** The school administrator's pages, one part of the app that is fetched when it is first visited. */
import "./admin.css";

export { ClassesPage } from "./ClassesPage";
export { ClassPage } from "./ClassPage";
export { PeoplePage } from "./PeoplePage";
export { RosterPage } from "./RosterPage";
export { RostersPage } from "./RostersPage";
