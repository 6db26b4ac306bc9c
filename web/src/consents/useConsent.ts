import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import { bodyOf } from "../api/reach";
import { useReadMeAgain } from "../api/useReadMeAgain";
import { firstSpoken } from "../i18n/languages";
import type { Consent, PurposeText } from "./queries";

/** Agrees to one purpose for somebody, or refuses it, in the words that were shown. */
export function useDecide(subjectId: string) {
  const { i18n } = useTranslation();
  const onSettled = useReadAgain();
  return useMutation({
    mutationFn: ({ text: { purpose, version }, decision }: { text: PurposeText; decision: Consent["decision"] }) => {
      const language = firstSpoken([i18n.language]);
      const body = { subject_id: subjectId, decision, purposes: [purpose], text_version: version, language };
      return bodyOf(api.POST("/api/v1/consents", { body }));
    },
    onSettled,
  });
}

/** Takes consents back. */
export function useWithdraw() {
  const onSettled = useReadAgain();
  return useMutation({
    mutationFn: (consents: Consent[]) =>
      Promise.all(
        consents.map(({ id }) => bodyOf(api.POST("/api/v1/consents/{id}/withdrawal", { params: { path: { id } } }))),
      ),
    onSettled,
  });
}

/** Where what one may do can't be read just now, it is with the next access token. */
function useReadAgain() {
  const queryClient = useQueryClient();
  const readMeAgain = useReadMeAgain();
  return async () => {
    await queryClient.invalidateQueries({ queryKey: ["consents"] });
    await readMeAgain().catch(() => undefined);
  };
}
