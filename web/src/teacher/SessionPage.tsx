import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Badge } from "../components/Badge";
import { Button } from "../components/Button";
import { PageHeading } from "../components/PageHeading";
import { EmptyState, Failure, Loading } from "../components/States";
import { useFormats } from "../i18n/format";
import { Moment } from "../i18n/Moment";
import { AbilityCourse } from "./AbilityCourse";
import type { Review } from "./contract";
import { InterventionDialog, type Kind } from "./InterventionDialog";
import { InterventionLog } from "./InterventionLog";
import { learnerQuery, reviewQuery } from "./queries";
import { ReviewedItem } from "./ReviewedItem";

/** One attempt, answer by answer: what was asked, what was answered, what the engine made of it, and whether it replays. */
export function SessionPage() {
  const { sessionId } = useParams({ from: "/signed-in/teach/sessions/$sessionId" });
  const review = useQuery(reviewQuery(sessionId));
  const learner = useQuery({ ...learnerQuery(review.data?.learner_id ?? ""), enabled: review.data !== undefined });
  const failed = [review, learner].find(({ isError }) => isError);
  if (review.data && learner.data) return <Attempt key={sessionId} review={review.data} who={learner.data.full_name} />;
  return <div className="page">{failed ? <Failure error={failed.error} onRetry={() => void failed.refetch()} /> : <Loading />}</div>;
}

function Attempt({ review, who }: { review: Review; who: string }) {
  const { t } = useTranslation("teacher");
  const { session, learner_id: learnerId, answers } = review;
  return (
    <div className="page">
      <div className="page-top">
        <p className="crumbs">
          <Link to="/teach/learners/$learnerId" params={{ learnerId }}>
            {who}
          </Link>
        </p>
        <PageHeading title={t("review.title", { test: session.test_design_name, who })} />
        <Facts review={review} />
        <Actions review={review} who={who} />
      </div>
      {session.status === "invalidated" && (
        <aside className="callout callout-alarm">
          <p className="callout-title">{t("review.voidTitle")}</p>
          <p>{t("review.voidText")}</p>
        </aside>
      )}
      <InterventionLog sessionId={session.id} />
      {answers.length === 0 && <EmptyState title={t("review.none")} text={t("review.noneText")} />}
      {answers.length > 0 && (
        <>
          <AbilityCourse answers={answers} />
          <section aria-labelledby="answers-title">
            <h2 id="answers-title">{t("review.answers")}</h2>
            <ol className="reviewed plain-list">
              {answers.map((answer) => (
                <ReviewedItem key={answer.item.position} answer={answer} />
              ))}
            </ol>
          </section>
        </>
      )}
      {review.is_provisional && <p className="hint">{t("review.provisional")}</p>}
    </div>
  );
}

function Facts({ review: { session, scale, correct, replay } }: { review: Review }) {
  const { t } = useTranslation("teacher");
  const { number } = useFormats();
  return (
    <p className="facts-line">
      <Badge tone={session.status === "invalidated" ? "alarm" : "plain"}>{t(`attempt.status.${session.status}`)}</Badge>
      {scale && (
        <span>
          {t("review.score", { score: number(scale.score), low: number(scale.low), high: number(scale.high) })}
        </span>
      )}
      <span>{t("review.right", { correct, answered: session.answered })}</span>
      <span>
        {t("review.started")} <Moment at={session.started_at} />
      </span>
      {session.finished_at && (
        <span>
          {t("review.ended")} <Moment at={session.finished_at} />
        </span>
      )}
      {session.answered > 0 && (
        <Badge tone={replay.matches ? "good" : "alarm"}>
          {replay.matches ? t("review.replays") : t("review.differs", { position: replay.first_difference })}
        </Badge>
      )}
    </p>
  );
}

function Actions({ review: { session }, who }: { review: Review; who: string }) {
  const { t } = useTranslation("teacher");
  const [asked, setAsked] = useState<Kind | null>(null);
  const isOpen = session.status === "active" || session.status === "paused";
  return (
    <div className="actions actions-start">
      {isOpen && session.time_limit_seconds !== null && <Button onClick={() => setAsked("extend")}>{t("intervene.extend")}</Button>}
      <Button onClick={() => setAsked("reset")}>{t("intervene.reset")}</Button>
      {session.status !== "invalidated" && (
        <Button variant="danger" onClick={() => setAsked("void")}>
          {t("intervene.void")}
        </Button>
      )}
      {asked && <InterventionDialog kind={asked} sessionId={session.id} who={who} onClose={() => setAsked(null)} />}
    </div>
  );
}
