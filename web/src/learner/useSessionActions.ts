import { useMutation, useQueryClient } from "@tanstack/react-query";

import { newIdempotencyKey, post } from "../api/client";
import type { Session } from "../api/contract";
import { sessionQuery } from "../api/queries";

/** Pause, resume and finish a session; each may be asked twice without harm. */
export function useSessionActions(sessionId: string) {
  const queryClient = useQueryClient();
  const { queryKey } = sessionQuery(sessionId);
  const { mutate, isPending, error } = useMutation({
    mutationFn: async (action: "pause" | "resume" | "finish") => {
      await queryClient.cancelQueries({ queryKey, exact: true });
      return post<Session>(`/sessions/${sessionId}/${action}`, {}, newIdempotencyKey());
    },
    onSuccess: (session) => {
      queryClient.setQueryData(queryKey, session);
    },
    onError: () => queryClient.invalidateQueries({ queryKey, exact: true }),
  });
  return {
    pause: () => mutate("pause"),
    resume: () => mutate("resume"),
    finish: () => mutate("finish"),
    isBusy: isPending,
    error,
  };
}
