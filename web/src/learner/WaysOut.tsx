import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Session } from "../api/contract";
import { ConfirmDialog } from "../components/ConfirmDialog";
import type { useSessionActions } from "./useSessionActions";

/** Below the item: pause, or finish early after being asked whether that is meant. */
export function WaysOut({ session, actions }: { session: Session; actions: ReturnType<typeof useSessionActions> }) {
  const { t } = useTranslation("learner");
  const [isAsking, setIsAsking] = useState(false);
  if (session.status !== "active" && session.status !== "paused") return null;
  return (
    <div className="ways-out">
      {session.status === "active" && (
        <button type="button" className="button button-quiet" onClick={actions.pause} disabled={actions.isBusy}>
          {t("player.pause")}
        </button>
      )}
      <button type="button" className="button button-quiet" onClick={() => setIsAsking(true)}>
        {t("player.finish")}
      </button>
      {isAsking && (
        <ConfirmDialog
          title={t("player.finishTitle")}
          text={t("player.finishText", { count: session.answered })}
          confirm={t("player.finishYes")}
          cancel={t("player.finishNo")}
          onCancel={() => setIsAsking(false)}
          onConfirm={() => {
            setIsAsking(false);
            actions.finish();
          }}
        />
      )}
    </div>
  );
}
