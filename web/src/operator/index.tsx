/** The operator's pages, one part of the app that is fetched when it is first visited. */
export { OperationPage } from "./OperationPage";
