import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

import { api, newIdempotencyKey } from "../api/client";
import { isConsentMissing } from "../api/problem";
import { sessionQuery } from "../api/queries";
import { bodyOf } from "../api/reach";
import { useReadMeAgain } from "../api/useReadMeAgain";

/** Start a test, for an assignment or for oneself, and arrive at its first item. */
export function useStart(testDesignId: string, assignmentId: string | null = null) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const readMeAgain = useReadMeAgain();
  return useMutation({
    mutationFn: () => {
      const params = { header: { "Idempotency-Key": newIdempotencyKey() } };
      const body = { test_design_id: testDesignId, assignment_id: assignmentId };
      return bodyOf(api.POST("/api/v1/sessions", { params, body }));
    },
    // What is missing is then shown in the place of the tests; if it can't be read, the error stands.
    onError: (error) => (isConsentMissing(error) ? readMeAgain().catch(() => undefined) : undefined),
    onSuccess: (session) => {
      queryClient.setQueryData(sessionQuery(session.id).queryKey, session);
      return navigate({ to: "/sessions/$sessionId", params: { sessionId: session.id } });
    },
  });
}
