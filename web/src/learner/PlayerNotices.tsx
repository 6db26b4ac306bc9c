import { useTranslation } from "react-i18next";

import { useIsReachable } from "../api/reachability";
import { Failure } from "../components/States";
import type { Delivery, MovedOn } from "./useAnswer";

type PlayerNoticesProps = { delivery: Delivery; movedOn: MovedOn | null; error: Error | null };

/** Why the player shows something else than the learner expected, and what is safe meanwhile. */
export function PlayerNotices({ delivery, movedOn, error }: PlayerNoticesProps) {
  const { t } = useTranslation("learner");
  const isReachable = useIsReachable();
  return (
    <>
      <div role="status">
        {movedOn && <p className="callout">{t(`player.moved.${movedOn}`)}</p>}
        {delivery === "waiting" && <p className="callout">{t("player.offlineText")}</p>}
        {delivery !== "waiting" && !isReachable && <p className="callout">{t("player.offlineShown")}</p>}
      </div>
      {error && <Failure error={error} />}
    </>
  );
}
