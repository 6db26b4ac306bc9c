import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { PageHeading } from "../components/PageHeading";
import { EmptyState, Failure, Loading } from "../components/States";
import { HistoryTable } from "../learner/HistoryTable";
import { LearnerSkills } from "../teacher/LearnerSkills";
import { Trajectory } from "../teacher/Trajectory";
import { consentOfWardQuery, pastOfWardQuery, assignmentsOfWardQuery, skillsOfWardQuery, wardQuery } from "./queries";
import { WardAssignments } from "./WardAssignments";

/** How a ward gets on: what is set, how the score went, each test, and what they know. */
export function WardPage() {
  const { t } = useTranslation("family");
  const { wardId } = useParams({ from: "/signed-in/family/$wardId" });
  const ward = useQuery(wardQuery(wardId));
  const past = useQuery(pastOfWardQuery(wardId));
  const skills = useQuery(skillsOfWardQuery(wardId));
  const assignments = useQuery(assignmentsOfWardQuery(wardId));
  const consent = useQuery(consentOfWardQuery(wardId));
  const all = [ward, past, skills, assignments, consent];
  const failed = all.find(({ isError }) => isError);
  const retry = () => void Promise.all(all.map((query) => query.refetch()));
  if (!ward.data) {
    return <div className="page">{failed ? <Failure error={failed.error} onRetry={retry} /> : <Loading />}</div>;
  }
  const tests = past.data?.items ?? [];
  return (
    <div className="page" key={wardId}>
      <div className="page-top">
        <p className="crumbs">
          <Link to="/family">{t("title")}</Link>
        </p>
        <PageHeading title={ward.data.full_name} />
        <p className="lead">{ward.data.classes.map(({ name }) => name).join(" · ")}</p>
        <div className="page-tools">
          <Link to="/settings/privacy" search={{ of: wardId }}>
            {t("data")}
          </Link>
          <Link to="/settings/disclosures" search={{ of: wardId }}>
            {t("disclosures")}
          </Link>
        </div>
      </div>
      {failed && <Failure error={failed.error} onRetry={retry} />}
      {consent.data?.is_blocked && <p className="callout">{t("blocked", { name: ward.data.full_name })}</p>}
      {assignments.data && <WardAssignments assignments={assignments.data.items} />}
      {past.data && tests.length === 0 && <EmptyState title={t("noTests")} text={t("noTestsText")} />}
      {tests.length > 0 && <Trajectory tests={tests} />}
      {tests.length > 0 && (
        <section aria-labelledby="ward-tests">
          <h2 id="ward-tests">{t("tests")}</h2>
          <HistoryTable tests={tests} isLinked={false} />
        </section>
      )}
      {skills.data && skills.data.skills.length > 0 && <LearnerSkills skills={skills.data.skills} />}
    </div>
  );
}
