import "./home.css";

import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";

import type { Assignment, Me, SessionSummary, TestDesign } from "../api/contract";
import { lacksConsentToLearn } from "../api/permissions";
import { assignmentsQuery, meQuery, sessionsQuery, testDesignsQuery } from "../api/queries";
import { lazyPage } from "../app/lazyPage";
import { PageHeading } from "../components/PageHeading";
import { EmptyState, Failure, Loading } from "../components/States";
import { AssignedTests } from "./AssignedTests";
import { PastResults } from "./PastResults";
import { TestCard } from "./TestCard";
import { UnfinishedTests } from "./UnfinishedTests";

const ConsentNeeded = lazyPage("consents", () => import("../consents/ConsentNeeded"), "ConsentNeeded");

export function HomePage() {
  const { t } = useTranslation("learner");
  const me = useQuery(meQuery);
  const designs = useQuery(testDesignsQuery);
  const isStaff = me.data !== undefined && worksHere(me.data);
  const isLearner = me.data?.roles.includes("learner") ?? false;
  const lacksConsent = me.data !== undefined && lacksConsentToLearn(me.data);
  const assignments = useQuery({ ...assignmentsQuery, enabled: isLearner });
  const sessions = useQuery(sessionsQuery);
  useFetchPlayerAhead();
  const unfinished = sessions.data?.items.filter(({ status }) => status === "active" || status === "paused") ?? [];
  const closed = sessions.data?.items.filter(({ status }) => status === "finished" || status === "expired") ?? [];
  const failed = [me, designs, assignments, sessions].filter(({ isError }) => isError);
  return (
    <div className="page">
      <div className="page-top">
        <PageHeading title={t("home.title")}>
          {me.data ? t("home.hello", { name: me.data.full_name }) : t("home.title")}
        </PageHeading>
        {!lacksConsent && <p className="lead">{isStaff ? t("home.leadForStaff") : t("home.lead")}</p>}
      </div>
      {failed[0] && (
        <Failure error={failed[0].error} onRetry={() => void Promise.all(failed.map((query) => query.refetch()))} />
      )}
      {lacksConsent ? (
        <ConsentNeeded />
      ) : (
        <Tests designs={designs} assignments={assignments.data?.items ?? null} unfinished={unfinished} />
      )}
      {sessions.data && <PastResults sessions={closed} />}
    </div>
  );
}

type TestsProps = {
  designs: UseQueryResult<{ items: TestDesign[] }>;
  assignments: Assignment[] | null;
  unfinished: SessionSummary[];
};

/** What one may go on with or begin. */
function Tests({ designs, assignments, unfinished }: TestsProps) {
  const { t } = useTranslation("learner");
  return (
    <>
      {unfinished.length > 0 && <UnfinishedTests sessions={unfinished} />}
      {assignments && <AssignedTests assignments={assignments} />}
      <section aria-labelledby="tests-title">
        <h2 id="tests-title">{t("home.testsTitle")}</h2>
        {designs.isPending && <Loading />}
        {designs.data?.items.length === 0 && <EmptyState title={t("home.noTests")} text={t("home.noTestsText")} />}
        <ul className="cards">
          {designs.data?.items.map((design) => (
            <TestCard
              key={design.id}
              design={design}
              unfinished={unfinished.find((session) => isOf(session, design)) ?? null}
            />
          ))}
        </ul>
      </section>
    </>
  );
}

/** A test that was set by a teacher goes on from its own card. */
function isOf(session: SessionSummary, design: TestDesign): boolean {
  return session.test_design_id === design.id && session.assignment_id === null;
}

/** Who may read everybody's sessions is here to help learners, though they may try a test themselves. */
function worksHere(me: Me): boolean {
  return me.permissions.some((permission) => ["*", "session:*", "session:read"].includes(permission));
}

/** The player with its maths is the largest part of the app; have it ready before «Start» is pressed. */
function useFetchPlayerAhead(): void {
  useEffect(() => void import("./PlayerPage"), []);
}
