import "./player.css";

import { useQuery } from "@tanstack/react-query";
import { Navigate, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { Session } from "../api/contract";
import { isConsentMissing } from "../api/problem";
import { sessionQuery } from "../api/queries";
import { lazyPage } from "../app/lazyPage";
import { PageHeading } from "../components/PageHeading";
import { Failure, Loading } from "../components/States";
import { ItemScreen } from "./ItemScreen";
import { PausedScreen } from "./PausedScreen";
import { PlayerBar } from "./PlayerBar";
import { useFollowSession } from "./useFollowSession";
import { PlayerNotices } from "./PlayerNotices";
import { ReviewScreen } from "./ReviewScreen";
import { useAnswer } from "./useAnswer";
import { useSessionActions } from "./useSessionActions";
import { WaysOut } from "./WaysOut";

const ConsentNeeded = lazyPage("consents", () => import("../consents/ConsentNeeded"), "ConsentNeeded");

/** The test player: one item a screen, from wherever the server says the session stands. */
export function PlayerPage() {
  const { sessionId } = useParams({ from: "/signed-in/sessions/$sessionId" });
  const session = useQuery(sessionQuery(sessionId));
  if (session.data) return <Player key={sessionId} session={session.data} />;
  return (
    <div className="page page-narrow">
      {session.isError ? <Failure error={session.error} onRetry={() => void session.refetch()} /> : <Loading />}
    </div>
  );
}

function Player({ session }: { session: Session }) {
  const answer = useAnswer(session);
  useFollowSession(session);
  const actions = useSessionActions(session.id);
  const error = answer.error ?? actions.error;
  if (isConsentMissing(error)) return <NotAllowedYet />;
  const screen = screenFor(session, answer, actions);
  if (screen === null) return <Navigate to="/sessions/$sessionId/result" params={{ sessionId: session.id }} replace />;
  return (
    <div className="page page-narrow player">
      <PlayerBar session={session} review={answer.review} delivery={answer.delivery} />
      <PlayerNotices delivery={answer.delivery} movedOn={answer.movedOn} error={error} />
      {screen}
      {answer.review === null && <WaysOut session={session} actions={actions} />}
    </div>
  );
}

/** A consent was taken back while the test was under way; what was answered is kept safe. */
function NotAllowedYet() {
  const { t } = useTranslation("learner");
  return (
    <div className="page page-narrow">
      <PageHeading title={t("player.notAllowedYet")} />
      <ConsentNeeded />
    </div>
  );
}

/** What the learner should see now; null once there is nothing left to do but look at the result. */
function screenFor(
  session: Session,
  answer: ReturnType<typeof useAnswer>,
  actions: ReturnType<typeof useSessionActions>,
) {
  const isOpen = session.status === "active" || session.status === "paused";
  if (answer.review) return <ReviewScreen review={answer.review} session={session} onNext={answer.closeReview} />;
  if (session.status === "paused") return <PausedScreen isBusy={actions.isBusy} onResume={actions.resume} />;
  if (!isOpen || session.item === null) return null;
  return <ItemScreen key={session.item.position} session={session} item={session.item} answer={answer} />;
}
