import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

import { api, newIdempotencyKey } from "../api/client";
import { sessionQuery } from "../api/queries";
import { bodyOf } from "../api/reach";

/** Start a test, for an assignment or for oneself, and arrive at its first item. */
export function useStart(testDesignId: string, assignmentId: string | null = null) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => {
      const params = { header: { "Idempotency-Key": newIdempotencyKey() } };
      const body = { test_design_id: testDesignId, assignment_id: assignmentId };
      return bodyOf(api.POST("/api/v1/sessions", { params, body }));
    },
    onSuccess: (session) => {
      queryClient.setQueryData(sessionQuery(session.id).queryKey, session);
      return navigate({ to: "/sessions/$sessionId", params: { sessionId: session.id } });
    },
  });
}
