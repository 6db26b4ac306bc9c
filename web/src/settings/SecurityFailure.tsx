import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { Problem } from "../api/problem";
import { signOut } from "../api/tokens";
import { PasskeyFailure } from "../api/passkeys";
import { Button } from "../components/Button";
import { Failure } from "../components/States";

/** What went wrong; where the server wants a fresh sign-in, with the way to one and back to this page. */
export function SecurityFailure({ error }: { error: unknown }) {
  const { t } = useTranslation(["settings", "common"]);
  const navigate = useNavigate();
  if (error instanceof PasskeyFailure)
    return (
      <p className="callout callout-alarm" role="alert">
        {t("factors.passkeyFailed")}
      </p>
    );
  if (!(error instanceof Problem) || error.code !== "recent_sign_in_required") return <Failure error={error} />;
  const again = async () => {
    // Signing out holds on this device even when the server can't be told.
    await signOut().catch(() => undefined);
    await navigate({ to: "/sign-in", search: { next: "/settings/security" } });
  };
  return (
    <div className="callout" role="alert">
      <p>{t("common:problems.recent_sign_in_required")}</p>
      <p>
        <Button onClick={() => void again()}>{t("security.signInAgain")}</Button>
      </p>
    </div>
  );
}
