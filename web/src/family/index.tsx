/** The guardian's pages, one part of the app that is fetched when it is first visited. */
export { FamilyPage } from "./FamilyPage";
export { WardPage } from "./WardPage";
