/** The author's pages, one part of the app that is fetched when it is first visited. */
import "./author.css";

export { ItemPage } from "./ItemPage";
export { ItemsPage } from "./ItemsPage";
export { SimulationPage } from "./SimulationPage";
export { SimulationsPage } from "./SimulationsPage";
export { SkillsPage } from "./SkillsPage";
