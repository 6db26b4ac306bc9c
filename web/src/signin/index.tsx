export { ConfirmEmailPage } from "./ConfirmEmailPage";
export { InvitationPage } from "./InvitationPage";
export { RegisterPage } from "./RegisterPage";
export { ResetPasswordPage } from "./ResetPasswordPage";
export { SignInPage } from "./SignInPage";
export { VerifyPage } from "./VerifyPage";
