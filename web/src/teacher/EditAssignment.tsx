import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import { Problem } from "../api/problem";
import { bodyOf } from "../api/reach";
import { Button } from "../components/Button";
import { Dialog } from "../components/Dialog";
import { Failure } from "../components/States";
import { useToast } from "../components/useToast";
import { AssignmentFields, draftOf, settingsOf, type DraftFault, type Settings } from "./AssignmentFields";
import type { AssignmentDetail } from "./contract";
import { renewAll } from "./queries";

type EditAssignmentProps = { assignment: AssignmentDetail; version: string; onClose: () => void };

/**
 * Change an assignment as it was when the dialogue opened. If somebody else has changed it since, nothing is overwritten:
 * the newer version is shown first.
 */
export function EditAssignment({ assignment, version, onClose }: EditAssignmentProps) {
  const { t } = useTranslation("teacher");
  const [draft, setDraft] = useState(() => draftOf(assignment));
  const [known, setKnown] = useState(version);
  const [fault, setFault] = useState<DraftFault | null>(null);
  const edit = useEdit(assignment.id, known, onClose);
  const isStale = edit.error instanceof Problem && edit.error.status === 412;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const settings = settingsOf(draft);
    setFault(typeof settings === "string" ? settings : null);
    if (typeof settings === "string" || edit.isPending) return;
    edit.mutate(settings);
  };
  return (
    <Dialog title={t("assignment.editTitle")} isWide onClose={onClose}>
      <form className="fields" onSubmit={submit} noValidate>
        <AssignmentFields draft={draft} fault={fault} onChange={setDraft} />
        {isStale && (
          <div className="callout" role="alert">
            <p className="callout-title">{t("assignment.staleTitle")}</p>
            <p>{t("assignment.staleText")}</p>
            <p>
              <Button
                onClick={() => {
                  setDraft(draftOf(assignment));
                  setKnown(version);
                  edit.reset();
                }}
              >
                {t("assignment.staleShow")}
              </Button>
            </p>
          </div>
        )}
        {edit.isError && !isStale && <Failure error={edit.error} />}
        <div className="actions">
          <Button variant="quiet" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button type="submit" variant="primary" isBusy={edit.isPending} disabled={isStale}>
            {t("save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function useEdit(id: string, version: string, onDone: () => void) {
  const { t } = useTranslation("teacher");
  const { show } = useToast();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: Settings) =>
      bodyOf(api.PATCH("/api/v1/assignments/{id}", { params: { path: { id }, header: { "if-match": version } }, body })),
    onSuccess: async () => {
      show({ text: t("saved"), tone: "good" });
      onDone();
      await renewAll(queryClient);
    },
    onError: () => renewAll(queryClient),
  });
}
