/** Pages about what is kept of people: everybody's own, and the administrator's. */
export { DataRequestsPage } from "./DataRequestsPage";
export { PrivacyPage } from "./PrivacyPage";
