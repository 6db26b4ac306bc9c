import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { serverNow } from "../api/clock";
import type { Session } from "../api/contract";
import { sessionQuery } from "../api/queries";

const TICK_MS = 1000;

/** Whether the learner works against the clock: the test has a limit, nothing frees the learner from it, and it runs. */
export function isTimed({ status, time_limit_seconds }: Session): boolean {
  return status === "active" && time_limit_seconds !== null;
}

/** Counts down by the server's clock, and asks the server for its verdict when the time is up. */
export function useSecondsLeft(session: Session): number {
  const queryClient = useQueryClient();
  const deadline = Date.parse(session.expires_at);
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(serverNow());
      if (serverNow() < deadline) return;
      clearInterval(timer);
      void queryClient.invalidateQueries({ queryKey: sessionQuery(session.id).queryKey, exact: true });
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [deadline, queryClient, session.id]);
  return Math.max(0, Math.ceil((deadline - now) / 1000));
}
