import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import { bodyOf } from "../api/reach";
import { useRequestKey } from "../api/useRequestKey";
import type { Subject } from "../family/OwnDataPage";
import { holdsQuery } from "./queries";
import { ReasonDialog } from "./ReasonDialog";

/** Keeps somebody's data from being erased, for a reason that is noted. */
export function PlaceHold({ subject, onPlaced, onClose }: { subject: Subject; onPlaced: () => void; onClose: () => void }) {
  const { t } = useTranslation("privacy");
  const queryClient = useQueryClient();
  const keyOf = useRequestKey();
  const place = useMutation({
    mutationFn: (reason: string) => {
      const body = { subject_id: subject.id, reason };
      const params = { header: { "Idempotency-Key": keyOf(body) } };
      return bodyOf(api.POST("/api/v1/privacy/legal_holds", { params, body }));
    },
    onSuccess: () => {
      onClose();
      onPlaced();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: holdsQuery.queryKey }),
  });
  return (
    <ReasonDialog
      title={t("holds.placeTitle", { name: subject.name })}
      text={t("holds.placeText")}
      confirm={t("holds.place")}
      error={place.error}
      isBusy={place.isPending}
      onConfirm={place.mutate}
      onClose={onClose}
    />
  );
}
