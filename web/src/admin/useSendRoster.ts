import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

import { api } from "../api/client";
import { bodyOf } from "../api/reach";
import { useRequestKey } from "../api/useRequestKey";
import { keepFile, type RosterFile } from "./rosterFiles";

/** Has a file compared with what is there, or taken, and leads to what came of it. */
export function useSendRoster(isDryRun: boolean) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const keyOf = useRequestKey();
  return useMutation({
    mutationFn: async (chosen: RosterFile) => {
      const body = { ...chosen, is_dry_run: isDryRun };
      const header = { "Idempotency-Key": keyOf(body) };
      const made = await bodyOf(api.POST("/api/v1/rosters", { params: { header }, body }));
      if (isDryRun) keepFile(made.id, chosen);
      return made;
    },
    onSuccess: async ({ id }) => {
      await queryClient.invalidateQueries({ queryKey: ["rosters"] });
      if (!isDryRun) await Promise.all([["people"], ["classes"]].map((queryKey) => queryClient.invalidateQueries({ queryKey })));
      await navigate({ to: "/admin/rosters/$rosterId", params: { rosterId: id } });
    },
  });
}
