import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import type { TestDesign } from "../api/contract";
import { testDesignsQuery } from "../api/queries";
import { bodyOf } from "../api/reach";
import { serverNow } from "../api/clock";
import { Button, buttonClass } from "../components/Button";
import { PageHeading } from "../components/PageHeading";
import { Select } from "../components/Select";
import { EmptyState, Failure, Loading } from "../components/States";
import { useToast } from "../components/useToast";
import { AssignmentFields, draftOf, settingsOf, type DraftFault, type Settings } from "./AssignmentFields";
import type { ClassAnalytics } from "./contract";
import { ExtraTimes, secondsOf, type ExtraTime } from "./ExtraTimes";
import { classQuery, renewAll } from "./queries";
import { useKeyOf } from "./useKeyOf";

const WEEK_MS = 7 * 24 * 3600 * 1000;

/** Set a test for a class: which, when, how often, what to say of it, and who needs longer. */
export function AssignPage() {
  const { t } = useTranslation("teacher");
  const { classId } = useParams({ from: "/signed-in/teach/classes/$classId/assign" });
  const report = useQuery(classQuery(classId));
  const designs = useQuery(testDesignsQuery);
  const failed = [report, designs].find(({ isError }) => isError);
  if (failed) return <div className="page page-narrow"><Failure error={failed.error} onRetry={() => void failed.refetch()} /></div>;
  if (!report.data || !designs.data) return <div className="page page-narrow"><Loading /></div>;
  const { name } = report.data.class;
  return (
    <div className="page page-narrow">
      <div className="page-top">
        <p className="crumbs">
          <Link to="/teach/classes/$classId" params={{ classId }} search={{}}>
            {t("class.title", { name })}
          </Link>
        </p>
        <PageHeading title={t("assign.title", { name })} />
      </div>
      {designs.data.items.length === 0 ? (
        <EmptyState title={t("assign.noTests")} text={t("assign.noTestsText")} />
      ) : (
        <AssignForm report={report.data} designs={designs.data.items} />
      )}
    </div>
  );
}

function AssignForm({ report, designs }: { report: ClassAnalytics; designs: TestDesign[] }) {
  const { t } = useTranslation(["teacher", "common"]);
  const [designId, setDesignId] = useState(designs.find(({ mode }) => mode === "exam")?.id ?? designs[0]?.id ?? "");
  const [draft, setDraft] = useState(() => draftOf(inAWeek()));
  const [extraTimes, setExtraTimes] = useState<ExtraTime[]>([]);
  const [fault, setFault] = useState<DraftFault | null>(null);
  const assign = useAssign(report.class.id);
  const design = designs.find(({ id }) => id === designId);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const settings = settingsOf(draft);
    setFault(typeof settings === "string" ? settings : null);
    if (typeof settings === "string" || assign.isPending) return;
    assign.mutate({ designId, settings, extraTimes: design?.time_limit_seconds === null ? [] : extraTimes });
  };
  return (
    <form className="fields" onSubmit={submit} noValidate>
      <Select
        label={t("assign.test")}
        hint={design && (design.time_limit_seconds === null ? t("assign.untimed") : t("assign.limit", { count: Math.round(design.time_limit_seconds / 60) }))}
        value={designId}
        options={designs.map(({ id, name, mode }) => ({ value: id, text: `${name} (${t(`common:mode.${mode}`)})` }))}
        onChange={setDesignId}
      />
      <AssignmentFields draft={draft} fault={fault} onChange={setDraft} />
      {design?.time_limit_seconds !== null && (
        <ExtraTimes learners={report.learners} times={extraTimes} onChange={setExtraTimes} />
      )}
      {assign.isError && <Failure error={assign.error} />}
      <div className="actions">
        <Link to="/teach/classes/$classId" params={{ classId: report.class.id }} search={{}} className={buttonClass("quiet")}>
          {t("cancel")}
        </Link>
        <Button type="submit" variant="primary" isBusy={assign.isPending}>
          {t("assign.submit")}
        </Button>
      </div>
    </form>
  );
}

function inAWeek(): Settings {
  const now = serverNow();
  return {
    opens_at: new Date(now).toISOString(),
    closes_at: new Date(now + WEEK_MS).toISOString(),
    max_attempts: 1,
    instructions: "",
  };
}

type Assigning = { designId: string; settings: Settings; extraTimes: ExtraTime[] };

/** Sets the test, then gives the extra times; both can be asked for again without harm. */
function useAssign(classId: string) {
  const { t } = useTranslation("teacher");
  const { show } = useToast();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const keyOf = useKeyOf();
  return useMutation({
    mutationFn: async ({ designId, settings, extraTimes }: Assigning) => {
      const body = { class_id: classId, test_design_id: designId, ...settings };
      const params = { header: { "Idempotency-Key": keyOf(body) } };
      const { id } = await bodyOf(api.POST("/api/v1/assignments", { params, body }));
      for (const time of extraTimes.filter((each) => each.learnerId && secondsOf(each) > 0)) {
        const path = { id, learner_id: time.learnerId };
        await bodyOf(api.PUT("/api/v1/assignments/{id}/extensions/{learner_id}", { params: { path }, body: { extra_seconds: secondsOf(time) } }));
      }
      return id;
    },
    onSuccess: async (assignmentId) => {
      show({ text: t("assign.done"), tone: "good" });
      await renewAll(queryClient);
      await navigate({ to: "/teach/assignments/$assignmentId", params: { assignmentId } });
    },
  });
}
