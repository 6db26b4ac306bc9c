import { useId, useState } from "react";
import { useTranslation } from "react-i18next";

import type { Session } from "../api/contract";
import { ConfirmDialog } from "../components/ConfirmDialog";
import { TimeLeft } from "./TimeLeft";
import type { Delivery, Review } from "./useAnswer";
import type { useSessionActions } from "./useSessionActions";

type PlayerBarProps = {
  session: Session;
  review: Review | null;
  delivery: Delivery;
  actions: ReturnType<typeof useSessionActions>;
};

/** Above the item: which test, how far, whether the last answer is safe, and the ways out. */
export function PlayerBar({ session, review, delivery, actions }: PlayerBarProps) {
  const { t } = useTranslation();
  const [isFinishing, setIsFinishing] = useState(false);
  const isActive = session.status === "active";
  return (
    <section className="player-bar" aria-label={session.test_design_name}>
      <div className="player-bar-row">
        <p className="player-test">{session.test_design_name}</p>
        {isActive && <TimeLeft session={session} />}
        <div className="player-ways-out">
          {isActive && review === null && (
            <button type="button" className="button button-quiet" onClick={actions.pause} disabled={actions.isBusy}>
              {t("player.pause")}
            </button>
          )}
          {(isActive || session.status === "paused") && (
            <button type="button" className="button button-quiet" onClick={() => setIsFinishing(true)}>
              {t("player.finish")}
            </button>
          )}
        </div>
      </div>
      <Progress session={session} position={review?.item.position ?? session.item?.position ?? session.answered} />
      <DeliveryStatus delivery={delivery} />
      {isFinishing && (
        <ConfirmDialog
          title={t("player.finishTitle")}
          text={t("player.finishText", { count: session.answered })}
          confirm={t("player.finishYes")}
          cancel={t("player.finishNo")}
          onCancel={() => setIsFinishing(false)}
          onConfirm={() => {
            setIsFinishing(false);
            actions.finish();
          }}
        />
      )}
    </section>
  );
}

function Progress({ session, position }: { session: Session; position: number }) {
  const { t } = useTranslation();
  const id = useId();
  const remaining = session.estimated_remaining ?? session.max_items - session.answered;
  return (
    <div className="player-progress">
      <p id={id}>
        <span className="player-position">{t("player.question", { position })}</span>
        <span className="player-left"> · {t("player.left", { count: remaining })}</span>
      </p>
      <progress aria-label={t("player.progress")} aria-describedby={id} max={session.answered + remaining} value={session.answered} />
    </div>
  );
}

function DeliveryStatus({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation();
  return (
    <p className="delivery" role="status" data-delivery={delivery}>
      {delivery !== "idle" && t(`player.status.${delivery}`)}
    </p>
  );
}
