import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { serverNow } from "../api/clock";
import type { Session } from "../api/contract";
import { sessionQuery, testDesignsQuery } from "../api/queries";

const TICK_MS = 1000;
/** Minutes left at which a screen reader is told without asking. */
const ANNOUNCED_MINUTES = new Set([10, 5, 1]);

/** The time left, in a test that has a limit: minutes, then seconds in the last minute. */
export function TimeLeft({ session }: { session: Session }) {
  const designs = useQuery(testDesignsQuery);
  const design = designs.data?.items.find(({ id }) => id === session.test_design_id);
  const hasLimit = typeof design?.time_limit_seconds === "number";
  return hasLimit ? <Countdown session={session} /> : null;
}

function Countdown({ session }: { session: Session }) {
  const { t } = useTranslation("learner");
  const secondsLeft = useSecondsLeft(session);
  const minutes = Math.round(secondsLeft / 60);
  const time =
    secondsLeft >= 60 ? t("player.clockMinutes", { count: minutes }) : t("player.clockSeconds", { count: secondsLeft });
  const text = t("player.clock", { time });
  return (
    <>
      <p className="clock" data-urgent={minutes <= 1 || undefined}>
        {text}
      </p>
      <p className="visually-hidden" role="status">
        {secondsLeft >= 60 && ANNOUNCED_MINUTES.has(minutes) && text}
      </p>
    </>
  );
}

/** Counts down by the server's clock, and asks the server for its verdict when the time is up. */
function useSecondsLeft(session: Session): number {
  const queryClient = useQueryClient();
  const deadline = Date.parse(session.expires_at);
  const [secondsLeft, setSecondsLeft] = useState(() => secondsUntil(deadline));
  useEffect(() => {
    const timer = setInterval(() => {
      setSecondsLeft(secondsUntil(deadline));
      if (serverNow() < deadline) return;
      clearInterval(timer);
      void queryClient.invalidateQueries({ queryKey: sessionQuery(session.id).queryKey, exact: true });
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [deadline, queryClient, session.id]);
  return secondsLeft;
}

function secondsUntil(deadline: number): number {
  return Math.max(0, Math.ceil((deadline - serverNow()) / 1000));
}
