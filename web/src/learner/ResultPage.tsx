import "./result.css";

import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { serverNow } from "../api/clock";
import type { Result, Session } from "../api/contract";
import { resultQuery, sessionQuery } from "../api/queries";
import { PageHeading } from "../components/PageHeading";
import { Failure, Loading } from "../components/States";
import { Meaning } from "./Meaning";
import { ScoreChart } from "./ScoreChart";
import { SkillTable } from "./SkillTable";

const SETTLING_MS = 15_000;
const SETTLING_INTERVAL_MS = 3_000;

/** A finished test in words: the score with its band, what it means, skill by skill, and what next. */
export function ResultPage() {
  const { sessionId } = useParams({ from: "/signed-in/sessions/$sessionId/result" });
  const session = useQuery(sessionQuery(sessionId));
  const result = useResult(session.data);
  if (session.data && !hasResult(session.data)) return <NoResult session={session.data} />;
  if (result.data && session.data) return <ResultInWords result={result.data} session={session.data} />;
  const error = session.error ?? result.error;
  const retry = () => void Promise.all([session.refetch(), result.refetch()]);
  return <div className="page page-narrow">{error ? <Failure error={error} onRetry={retry} /> : <Loading />}</div>;
}

/**
 * The result, read again now and then in the first moments: the score stands at once, but how well each skill is known
 * is worked out behind the scenes after the test.
 */
function useResult(session: Session | undefined) {
  const finishedAt = session?.finished_at ?? null;
  const isFresh = () => finishedAt !== null && serverNow() - Date.parse(finishedAt) < SETTLING_MS;
  return useQuery({
    ...resultQuery(session?.id ?? ""),
    enabled: session !== undefined && hasResult(session),
    refetchInterval: () => isFresh() && SETTLING_INTERVAL_MS,
  });
}

function hasResult({ status }: Session): boolean {
  return status === "finished" || status === "expired";
}

function ResultInWords({ result, session }: { result: Result; session: Session }) {
  const { t } = useTranslation(["learner", "common"]);
  return (
    <div className="page result">
      <div className="page-top">
        <PageHeading title={t("result.title", { test: session.test_design_name })}>{t("result.heading")}</PageHeading>
        <p className="lead">{session.test_design_name}</p>
      </div>
      <ScoreChart result={result} />
      <div className="result-columns">
        <Meaning result={result} />
        {result.next_steps.length > 0 && <NextSteps steps={result.next_steps} />}
      </div>
      {result.skills.length > 0 && <SkillTable skills={result.skills} />}
      {result.is_provisional && (
        <aside className="callout">
          <h2 className="callout-title">{t("result.provisionalTitle")}</h2>
          <p>{t("result.provisional")}</p>
        </aside>
      )}
      <p>
        <Link to="/" className="button button-primary">
          {t("result.again")}
        </Link>
      </p>
    </div>
  );
}

function NextSteps({ steps }: { steps: Result["next_steps"] }) {
  const { t } = useTranslation(["learner", "common"]);
  return (
    <section aria-labelledby="next-title">
      <h2 id="next-title">{t("result.nextTitle")}</h2>
      <ul className="sprouts">
        {steps.map((step) => (
          <li key={step.skill_code}>
            <strong>{step.skill_name}</strong>
            <br />
            {t("result.nextWent", { count: step.answered, correct: step.correct })}
            {step.needed_for !== null && <> {t("result.nextNeeded", { skill: step.needed_for })}</>}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A session that is still open, or that was declared void. */
function NoResult({ session }: { session: Session }) {
  const { t } = useTranslation(["learner", "common"]);
  const isVoid = session.status === "invalidated";
  return (
    <div className="page page-narrow">
      <PageHeading title={t("result.notYetTitle")}>{isVoid ? session.test_design_name : t("result.notYetTitle")}</PageHeading>
      <p>{isVoid ? t("result.invalidated") : t("result.notYet")}</p>
      <p>
        {isVoid ? (
          <Link to="/" className="button button-primary">
            {t("common:app.backHome")}
          </Link>
        ) : (
          <Link to="/sessions/$sessionId" params={{ sessionId: session.id }} className="button button-primary">
            {t("result.carryOn")}
          </Link>
        )}
      </p>
    </div>
  );
}
