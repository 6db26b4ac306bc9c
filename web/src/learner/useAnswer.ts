import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";

import { api, newIdempotencyKey } from "../api/client";
import type { Feedback, Item, Recorded, Session } from "../api/contract";
import { NetworkFailure, Problem } from "../api/problem";
import { sessionQuery } from "../api/queries";
import { bodyOf } from "../api/reach";
import { untilDelivered } from "../api/retry";
import { dropPendingAnswer, keepPendingAnswer, loadPendingAnswer, type PendingAnswer } from "./pendingAnswer";

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
    mutationFn: async ({ answer }: { item: Item; answer: PendingAnswer }) => {
      await queryClient.cancelQueries({ queryKey, exact: true });
      return untilDelivered(
        () => sendAnswer(session.id, answer),
        (error) => setDelivery(error instanceof NetworkFailure ? "waiting" : "busy"),
      );
    },
    onSuccess: (recorded, { item, answer }) => {
      dropPendingAnswer(session.id);
      setDelivery("saved");
      if (recorded.feedback) setReview({ item, option: answer.option, feedback: recorded.feedback });
      queryClient.setQueryData(queryKey, recorded.session);
    },
    onError: async (error) => {
      setDelivery("idle");
      if (!(error instanceof Problem)) return;
      dropPendingAnswer(session.id);
      setMovedOn(MOVED_ON.find((code) => code === error.code) ?? null);
      await queryClient.invalidateQueries({ queryKey, exact: true });
    },
    onSettled: () => {
      isUnderWay.current = false;
    },
  });

  const deliver = (item: Item, answer: PendingAnswer) => {
    if (isUnderWay.current) return;
    isUnderWay.current = true;
    setMovedOn(null);
    setDelivery("saving");
    mutation.mutate({ item, answer });
  };

  const give = (item: Item, option: string, responseMs: number) => {
    const answer = { itemId: item.id, position: item.position, option, responseMs, idempotencyKey: newIdempotencyKey() };
    if (!isUnderWay.current) keepPendingAnswer(session.id, answer);
    deliver(item, answer);
  };

  return {
    delivery,
    review,
    movedOn,
    error: mutation.error instanceof Problem && movedOn === null ? mutation.error : null,
    give,
    /** Send again what an earlier visit could not deliver. */
    redeliver: deliver,
    closeReview: () => setReview(null),
  };
}

/** The answer that an earlier visit to this item could not deliver, if any. */
export function undeliveredAnswer(sessionId: string, item: Item): PendingAnswer | null {
  const pending = loadPendingAnswer(sessionId);
  return pending?.itemId === item.id && pending.position === item.position ? pending : null;
}

function sendAnswer(sessionId: string, answer: PendingAnswer): Promise<Recorded> {
  return bodyOf(
    api.POST("/api/v1/sessions/{id}/responses", {
      params: { path: { id: sessionId }, header: { "Idempotency-Key": answer.idempotencyKey } },
      body: {
        item_id: answer.itemId,
        position: answer.position,
        answer: { option: answer.option },
        response_ms: answer.responseMs,
      },
    }),
  );
}
