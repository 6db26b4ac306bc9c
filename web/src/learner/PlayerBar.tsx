import { useId } from "react";
import { useTranslation } from "react-i18next";

import type { Session } from "../api/contract";
import { waitingCount } from "../offline/queue";
import { TimeLeft } from "./TimeLeft";
import type { Delivery, Review } from "./useAnswer";
import { isTimed } from "./useDeadline";

type PlayerBarProps = { session: Session; review: Review | null; delivery: Delivery };

/** Above the item: which test, whether the last answer is safe, how far, how long. */
export function PlayerBar({ session, review, delivery }: PlayerBarProps) {
  const { t } = useTranslation("learner");
  const id = useId();
  const position = review?.item.position ?? session.item?.position ?? session.answered;
  const remaining = session.estimated_remaining ?? session.max_items - session.answered;
  return (
    <section className="player-bar" aria-label={session.test_design_name}>
      <p className="player-test">{session.test_design_name}</p>
      <DeliveryStatus delivery={delivery} />
      <p id={id}>
        <span className="player-position">{t("player.question", { position })}</span>
        <span className="player-left"> · {t("player.left", { count: remaining })}</span>
      </p>
      {isTimed(session) && <TimeLeft session={session} />}
      <progress
        aria-label={t("player.progress")}
        aria-describedby={id}
        max={session.answered + remaining}
        value={session.answered}
      />
    </section>
  );
}

function DeliveryStatus({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation("learner");
  return (
    <p className="delivery" role="status" data-delivery={delivery}>
      {delivery !== "idle" && t(`player.status.${delivery}`, { count: Math.max(1, waitingCount()) })}
    </p>
  );
}
