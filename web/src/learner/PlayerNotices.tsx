import { useTranslation } from "react-i18next";

import { Failure } from "../components/States";
import type { MovedOn } from "./useAnswer";

/** Why the player shows something else than the learner expected. */
export function PlayerNotices({ movedOn, error }: { movedOn: MovedOn | null; error: Error | null }) {
  const { t } = useTranslation("learner");
  return (
    <>
      <div role="status">{movedOn && <p className="callout">{t(`player.moved.${movedOn}`)}</p>}</div>
      {error && <Failure error={error} />}
    </>
  );
}
