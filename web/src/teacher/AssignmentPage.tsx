import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import { bodyOf } from "../api/reach";
import { Button } from "../components/Button";
import { ConfirmDialog } from "../components/ConfirmDialog";
import { PageHeading } from "../components/PageHeading";
import { Progress } from "../components/Progress";
import { Failure, Loading } from "../components/States";
import { useToast } from "../components/useToast";
import { Moment } from "../i18n/Moment";
import type { AssignmentDetail } from "./contract";
import { EditAssignment } from "./EditAssignment";
import { ProgressTable } from "./ProgressTable";
import { assignmentQuery, renewAll } from "./queries";
import { WindowBadge } from "./WindowBadge";

/** An assignment while it runs and afterwards: who has started, who is done, who is not, and who needs longer. */
export function AssignmentPage() {
  const { assignmentId } = useParams({ from: "/signed-in/teach/assignments/$assignmentId" });
  const found = useQuery(assignmentQuery(assignmentId));
  if (found.data) return <Assignment key={assignmentId} {...found.data} />;
  return (
    <div className="page">
      {found.isError ? <Failure error={found.error} onRetry={() => void found.refetch()} /> : <Loading />}
    </div>
  );
}

function Assignment({ assignment, version }: { assignment: AssignmentDetail; version: string }) {
  const { t } = useTranslation("teacher");
  const { class_id: classId, class_name: className, test_design_name: test, counts, progress } = assignment;
  return (
    <div className="page">
      <div className="page-top">
        <p className="crumbs">
          <Link to="/teach/classes/$classId" params={{ classId }} search={{ view: "assignments" }}>
            {t("class.title", { name: className })}
          </Link>
        </p>
        <PageHeading title={t("assignment.title", { test, name: className })}>{test}</PageHeading>
        <p className="facts-line">
          <WindowBadge assignment={assignment} />
          <span>
            {t("assignment.from")} <Moment at={assignment.opens_at} />
          </span>
          <span>
            {t("assignment.until")} <Moment at={assignment.closes_at} />
          </span>
          <span>{t("assignment.attempts", { count: assignment.max_attempts })}</span>
          <span>
            {assignment.time_limit_seconds === null
              ? t("assign.untimed")
              : t("assign.limit", { count: Math.round(assignment.time_limit_seconds / 60) })}
          </span>
        </p>
        {assignment.instructions && <p className="instructions">{assignment.instructions}</p>}
        {assignment.withdrawn_at === null && <Actions assignment={assignment} version={version} />}
      </div>
      {counts && counts.learners > 0 && (
        <div className="progress-pair">
          <Progress
            label={t("assignment.started")}
            value={counts.started}
            max={counts.learners}
            text={t("assignment.doneOf", { done: counts.started, learners: counts.learners })}
          />
          <Progress
            label={t("assignment.done")}
            value={counts.done}
            max={counts.learners}
            text={t("assignment.doneOf", { done: counts.done, learners: counts.learners })}
          />
        </div>
      )}
      <section aria-labelledby="progress-title">
        <h2 id="progress-title">{t("progress.title")}</h2>
        <ProgressTable assignment={assignment} progress={progress ?? []} />
      </section>
    </div>
  );
}

function Actions({ assignment, version }: { assignment: AssignmentDetail; version: string }) {
  const { t } = useTranslation("teacher");
  const [asked, setAsked] = useState<"edit" | "withdraw" | null>(null);
  const withdraw = useWithdraw(assignment.id);
  return (
    <>
      <div className="actions actions-start">
        <Button onClick={() => setAsked("edit")}>{t("assignment.edit")}</Button>
        <Button variant="danger" isBusy={withdraw.isPending} onClick={() => setAsked("withdraw")}>
          {t("assignment.withdraw")}
        </Button>
      </div>
      {withdraw.isError && <Failure error={withdraw.error} />}
      {asked === "edit" && <EditAssignment assignment={assignment} version={version} onClose={() => setAsked(null)} />}
      {asked === "withdraw" && (
        <ConfirmDialog
          title={t("assignment.withdrawTitle")}
          text={t("assignment.withdrawText")}
          confirm={t("assignment.withdraw")}
          cancel={t("cancel")}
          isDangerous
          onCancel={() => setAsked(null)}
          onConfirm={() => {
            setAsked(null);
            withdraw.mutate();
          }}
        />
      )}
    </>
  );
}

function useWithdraw(id: string) {
  const { t } = useTranslation("teacher");
  const { show } = useToast();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => bodyOf(api.POST("/api/v1/assignments/{id}/withdraw", { params: { path: { id } } })),
    onSuccess: async () => {
      show({ text: t("assignment.withdrawn") });
      await renewAll(queryClient);
    },
  });
}
