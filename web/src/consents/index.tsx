/** Pages about consents: those that guardians open by the links of mails, and the administrator's. */
export { ConfirmConsentPage } from "./ConfirmConsentPage";
export { GuardianPage } from "./GuardianPage";
export { MissingConsentsPage } from "./MissingConsentsPage";
