import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";

import { may } from "../api/permissions";
import { meQuery } from "../api/queries";
import { Badge } from "../components/Badge";
import { PageHeading } from "../components/PageHeading";
import { EmptyState, Failure, Loading } from "../components/States";
import { AccommodationsForm } from "./AccommodationsForm";
import { Attempts, RunningAttempts } from "./Attempts";
import { LearnerSkills } from "./LearnerSkills";
import { accommodationsQuery, knowledgeQuery, learnerQuery, pastQuery, runningQuery } from "./queries";
import { Trajectory } from "./Trajectory";

/** One learner: how ability went, which skills are known, every attempt, and what they need in a test. */
export function LearnerPage() {
  const { t } = useTranslation("teacher");
  const { learnerId } = useParams({ from: "/signed-in/teach/learners/$learnerId" });
  const me = useQuery(meQuery);
  const learner = useQuery(learnerQuery(learnerId));
  const history = useQuery(pastQuery(learnerId));
  const running = useQuery(runningQuery(learnerId));
  const knowledge = useQuery(knowledgeQuery(learnerId));
  const accommodations = useQuery(accommodationsQuery(learnerId));
  const all = [learner, history, running, knowledge, accommodations];
  const failed = all.find(({ isError }) => isError);
  if (!learner.data) {
    const retry = () => void Promise.all(all.map((query) => query.refetch()));
    return <div className="page">{failed ? <Failure error={failed.error} onRetry={retry} /> : <Loading />}</div>;
  }
  const { full_name: name, is_simulated: isSimulated, classes } = learner.data;
  return (
    <div className="page" key={learnerId}>
      <div className="page-top">
        <p className="crumbs">
          <Link to="/teach">{t("title")}</Link>
          {classes.map((each) => (
            <Fragment key={each.id}>
              {" · "}
              <Link to="/teach/classes/$classId" params={{ classId: each.id }} search={{}}>
                {t("class.title", { name: each.name })}
              </Link>
            </Fragment>
          ))}
        </p>
        <PageHeading title={name} />
        {isSimulated && (
          <p>
            <Badge>{t("learner.simulated")}</Badge>
          </p>
        )}
        {me.data && may(me.data, "disclosure:create") && (
          <p>
            <Link to="/teach/learners/$learnerId/disclosures" params={{ learnerId }}>
              {t("learner.disclosures")}
            </Link>
          </p>
        )}
      </div>
      {failed && <Failure error={failed.error} onRetry={() => void failed.refetch()} />}
      {running.data && running.data.length > 0 && <RunningAttempts sessions={running.data} who={name} />}
      {history.isPending && <Loading />}
      {history.data?.items.length === 0 && <EmptyState title={t("trajectory.none")} text={t("trajectory.noneText")} />}
      {history.data && history.data.items.length > 0 && <Trajectory tests={history.data.items} />}
      {knowledge.data && knowledge.data.skills.length > 0 && <LearnerSkills skills={knowledge.data.skills} />}
      {history.data && history.data.items.length > 0 && <Attempts tests={history.data.items} who={name} />}
      {accommodations.data && (
        <AccommodationsForm key={accommodations.data.updated_at} learnerId={learnerId} accommodations={accommodations.data} />
      )}
    </div>
  );
}
