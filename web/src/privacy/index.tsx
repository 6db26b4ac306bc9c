/** Pages about what is kept of people: everybody's own, the administrator's, and the one for who was erased. */
export { CertificatePage } from "./CertificatePage";
export { DataRequestsPage } from "./DataRequestsPage";
export { PrivacyPage } from "./PrivacyPage";
