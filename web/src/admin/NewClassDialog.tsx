import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import { bodyOf } from "../api/reach";
import { useRequestKey } from "../api/useRequestKey";
import { useToast } from "../components/useToast";
import { ClassDialog } from "./ClassDialog";

/** Makes a class and leads to it. */
export function NewClassDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("admin");
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const { show } = useToast();
  const keyOf = useRequestKey();
  const create = useMutation({
    mutationFn: (body: { name: string; subject: string }) =>
      bodyOf(api.POST("/api/v1/classes", { params: { header: { "Idempotency-Key": keyOf(body) } }, body })),
    onSuccess: async (made) => {
      show({ text: t("classes.made", { name: made.name }), tone: "good" });
      await queryClient.invalidateQueries({ queryKey: ["classes"] });
      await navigate({ to: "/admin/classes/$classId", params: { classId: made.id } });
    },
  });
  return (
    <ClassDialog
      title={t("classes.new")}
      save={t("classes.make")}
      name=""
      subject=""
      error={create.error}
      isBusy={create.isPending}
      onSave={create.mutate}
      onClose={onClose}
    />
  );
}
