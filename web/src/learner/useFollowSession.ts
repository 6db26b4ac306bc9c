import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";

import type { Session } from "../api/contract";
import { sessionQuery } from "../api/queries";
import { useIsReachable } from "../api/reachability";
import { grantAccommodations } from "../app/preferences";
import { keepSnapshot } from "../offline/snapshot";
import { isTimed } from "./useDeadline";

const INTERVAL_MS = 4_000;

/**
 * Keep the session in step with the server: while the clock runs or the test was set by a teacher, the teacher may give
 * more time or end it; while the server can't be reached, it may come back. Nothing is asked while the page is not looked
 * at.
 */
export function useFollowSession(session: Session): void {
  const isReachable = useIsReachable();
  const isOverseen = session.assignment_id !== null;
  useQuery({
    ...sessionQuery(session.id),
    refetchInterval: isTimed(session) || isOverseen || !isReachable ? INTERVAL_MS : false,
    refetchIntervalInBackground: false,
  });
  // However the session came to be known, a reload without a network shows it as it is now.
  useEffect(() => keepSnapshot(`sessions/${session.id}`, session), [session]);
  const { accommodations } = session;
  useEffect(() => {
    if (accommodations !== undefined) grantAccommodations(accommodations);
  }, [accommodations]);
}
