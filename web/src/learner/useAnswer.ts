import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";

import { newIdempotencyKey } from "../api/client";
import type { Feedback, Item, Session } from "../api/contract";
import { NetworkFailure, Problem } from "../api/problem";
import { sessionQuery } from "../api/queries";
import { currentAccount } from "../api/tokens";
import type { WaitingAnswer } from "../offline/answer";
import { deliver, waitingAnswer } from "../offline/queue";

/** Where the answer is on its way: `waiting` for the network, `busy` server asked to wait. */
export type Delivery = "idle" | "saving" | "waiting" | "busy" | "saved";

/** A practice answer that has been judged, to be looked at before the next item. */
export type Review = { item: Item; option: string; feedback: Feedback };

/** Refusals after which the test simply goes on from where the server says it stands. */
const MOVED_ON = ["item_already_answered", "item_not_current", "session_paused", "session_not_active"] as const;
export type MovedOn = (typeof MOVED_ON)[number];

/**
 * Give answers to a session's items, each delivered once, and know what became of the last one.
 * Delivery goes on when the learner turns to another page of the app meanwhile.
 */
export function useAnswer(session: Session) {
  const queryClient = useQueryClient();
  const { queryKey } = sessionQuery(session.id);
  const [delivery, setDelivery] = useState<Delivery>("idle");
  const [review, setReview] = useState<Review | null>(null);
  const [movedOn, setMovedOn] = useState<MovedOn | null>(null);
  const isUnderWay = useRef(false);

  const mutation = useMutation({
    mutationFn: ({ answer }: { item: Item; answer: WaitingAnswer }) =>
      deliver(answer, (error) => setDelivery(error instanceof NetworkFailure ? "waiting" : "busy")),
    onSuccess: async (recorded, { item, answer }) => {
      // A reading of the session that began before the answer was recorded must not turn it back.
      await queryClient.cancelQueries({ queryKey, exact: true });
      setDelivery("saved");
      if (recorded.feedback) setReview({ item, option: answer.option, feedback: recorded.feedback });
      queryClient.setQueryData(queryKey, recorded.session);
    },
    onError: async (error) => {
      setDelivery("idle");
      if (!(error instanceof Problem)) return;
      setMovedOn(MOVED_ON.find((code) => code === error.code) ?? null);
      await queryClient.invalidateQueries({ queryKey, exact: true });
    },
    onSettled: () => {
      isUnderWay.current = false;
    },
  });

  const send = (item: Item, answer: WaitingAnswer) => {
    if (isUnderWay.current) return;
    isUnderWay.current = true;
    setMovedOn(null);
    setDelivery("saving");
    mutation.mutate({ item, answer });
  };

  const give = (item: Item, option: string, responseMs: number) => {
    const earlier = waitingAnswer(session.id, item.id, item.position);
    send(item, earlier?.option === option ? earlier : newAnswer(session.id, item, option, responseMs));
  };

  return {
    delivery,
    review,
    movedOn,
    error: mutation.error instanceof Problem && movedOn === null ? mutation.error : null,
    give,
    /** Send again what an earlier visit could not deliver. */
    redeliver: send,
    closeReview: () => setReview(null),
  };
}

function newAnswer(sessionId: string, item: Item, option: string, responseMs: number): WaitingAnswer {
  return {
    idempotencyKey: newIdempotencyKey(),
    account: currentAccount() ?? "",
    sessionId,
    itemId: item.id,
    position: item.position,
    option,
    responseMs,
  };
}
