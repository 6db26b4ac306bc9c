import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";

import type { Session } from "../api/contract";
import { sessionQuery } from "../api/queries";
import { grantAccommodations } from "../app/preferences";
import { keepSnapshot } from "../offline/snapshot";

const INTERVAL_MS = 3_000;

/**
 * Keep the session in step with the server until it is over: a teacher may give more time, change what the learner is
 * entitled to, or void the attempt. Nothing is asked while the page is not looked at.
 */
export function useFollowSession(session: Session): void {
  const isOpen = session.status === "active" || session.status === "paused";
  useQuery({
    ...sessionQuery(session.id),
    refetchInterval: isOpen && INTERVAL_MS,
    refetchIntervalInBackground: false,
  });
  // However the session came to be known, a reload without a network shows it as it is now.
  useEffect(() => keepSnapshot(`sessions/${session.id}`, session), [session]);
  const { accommodations } = session;
  useEffect(() => {
    if (accommodations !== undefined) grantAccommodations(accommodations);
  }, [accommodations]);
}
