import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { may } from "../api/permissions";
import { meQuery } from "../api/queries";
import { buttonClass } from "../components/Button";
import { PageHeading } from "../components/PageHeading";
import { Failure, Loading } from "../components/States";
import { Tabs } from "../components/Tabs";
import { ClassAssignments } from "./ClassAssignments";
import { ClassLearners } from "./ClassLearners";
import type { ClassAnalytics } from "./contract";
import { Download } from "./Download";
import { classQuery } from "./queries";
import { SkillMap } from "./SkillMap";

/** A class: who stands where and who needs help, which skills are known, and what is set. */
export function ClassPage() {
  const { classId } = useParams({ from: "/signed-in/teach/classes/$classId" });
  const report = useQuery(classQuery(classId));
  if (report.data) return <Class key={classId} report={report.data} />;
  return (
    <div className="page">
      {report.isError ? <Failure error={report.error} onRetry={() => void report.refetch()} /> : <Loading />}
    </div>
  );
}

function Class({ report }: { report: ClassAnalytics }) {
  const { t } = useTranslation("teacher");
  const { view = "learners" } = useSearch({ from: "/signed-in/teach/classes/$classId" });
  const navigate = useNavigate({ from: "/teach/classes/$classId" });
  const me = useQuery(meQuery);
  const runsTheSchool = me.data !== undefined && may(me.data, "user:manage");
  const { id, name, subject } = report.class;
  const flagged = report.learners.filter(({ needs_help }) => needs_help.is_flagged).length;
  return (
    <div className="page">
      <div className="page-top">
        <p className="crumbs">
          {runsTheSchool ? (
            <Link to="/admin/classes/$classId" params={{ classId: id }}>
              {t("class.members")}
            </Link>
          ) : (
            <Link to="/teach">{t("title")}</Link>
          )}
        </p>
        <PageHeading title={t("class.title", { name })} />
        <p className="lead">
          {[subject, t("classes.learners", { count: report.learners.length }), t("class.flagged", { count: flagged })]
            .filter(Boolean)
            .join(" · ")}
        </p>
        {report.learners.some(({ is_simulated }) => is_simulated) && <p className="hint">{t("class.simulated")}</p>}
        <div className="actions actions-start">
          <Link to="/teach/classes/$classId/assign" params={{ classId: id }} className={buttonClass("primary")}>
            {t("class.assign")}
          </Link>
          <Download classId={id} name={name} />
        </div>
      </div>
      <Tabs
        label={t("class.views")}
        chosen={view}
        onChoose={(key) => void navigate({ search: key === "learners" ? {} : { view: key }, replace: true })}
        tabs={[
          { key: "learners", title: t("class.learners"), content: () => <ClassLearners report={report} /> },
          { key: "skills", title: t("class.skills"), content: () => <SkillMap report={report} /> },
          { key: "assignments", title: t("class.assignments"), content: () => <ClassAssignments classId={id} /> },
        ]}
      />
    </div>
  );
}
