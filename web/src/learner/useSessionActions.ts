import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, newIdempotencyKey } from "../api/client";
import { sessionQuery } from "../api/queries";
import { bodyOf } from "../api/reach";

/** Pause, resume and finish a session; each may be asked twice without harm. */
export function useSessionActions(sessionId: string) {
  const queryClient = useQueryClient();
  const { queryKey } = sessionQuery(sessionId);
  const { mutate, isPending, error } = useMutation({
    mutationFn: async (action: "pause" | "resume" | "finish") => {
      await queryClient.cancelQueries({ queryKey, exact: true });
      const params = { path: { id: sessionId }, header: { "Idempotency-Key": newIdempotencyKey() } };
      return bodyOf(api.POST(`/api/v1/sessions/{id}/${action}`, { params }));
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
