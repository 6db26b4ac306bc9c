/**
 * The answers on their way to the server. Each is kept on the device before it is first sent and until the server has
 * confirmed or refused it, so it survives a reload, a closed window and a power cut; its idempotency key stays the same.
 */
import { api } from "../api/client";
import type { Recorded } from "../api/contract";
import { Problem } from "../api/problem";
import { bodyOf } from "../api/reach";
import { untilDelivered } from "../api/retry";
import { currentAccount } from "../api/tokens";
import { bodyFor, type WaitingAnswer } from "./answer";
import { all, put, remove } from "./store";
import { askWorkerToDeliver } from "./worker";

type Delivery = { answer: WaitingAnswer; recorded: Promise<Recorded>; lastFailure: unknown; watchers: Set<(error: unknown) => void> };

const waiting = new Map<string, WaitingAnswer>();
const underWay = new Map<string, Delivery>();

/** Read what an earlier visit left behind. Where the device keeps nothing, answers live as long as the page. */
export async function loadWaitingAnswers(): Promise<void> {
  const kept = await all<WaitingAnswer>("answers").catch(() => []);
  for (const answer of kept) waiting.set(answer.idempotencyKey, answer);
}

/** How many answers wait on this device. */
export function waitingCount(): number {
  return waiting.size;
}

/** The answer to that item that an earlier visit could not deliver, if any. */
export function waitingAnswer(sessionId: string, itemId: string, position: number): WaitingAnswer | null {
  for (const answer of waiting.values()) {
    if (answer.sessionId === sessionId && answer.itemId === itemId && answer.position === position) return answer;
  }
  return null;
}

/**
 * Keep the answer and send it until the server has confirmed it. Whoever asks again meanwhile gets the same delivery.
 * `onWaiting` hears that a try failed and another will follow. Rejects when the server refuses it, or nobody is signed in.
 */
export function deliver(answer: WaitingAnswer, onWaiting: (error: unknown) => void): Promise<Recorded> {
  const same = underWay.get(answer.idempotencyKey);
  if (same) {
    same.watchers.add(onWaiting);
    if (same.lastFailure !== null) onWaiting(same.lastFailure);
    return same.recorded;
  }
  const delivery: Delivery = { answer, recorded: send(answer), lastFailure: null, watchers: new Set([onWaiting]) };
  underWay.set(answer.idempotencyKey, delivery);
  return delivery.recorded;
}

/** Send whatever waits and was given by whoever is signed in now; `onDelivered` hears of each session that moved on. */
export function deliverWaiting(onDelivered: (sessionId: string) => void): void {
  for (const answer of waiting.values()) {
    if (answer.account !== currentAccount() || underWay.has(answer.idempotencyKey)) continue;
    const tell = () => onDelivered(answer.sessionId);
    void deliver(answer, () => undefined).then(tell, tell);
  }
}

async function send(answer: WaitingAnswer): Promise<Recorded> {
  waiting.set(answer.idempotencyKey, answer);
  // A full or forbidden store must not keep the answer from being sent.
  await put("answers", answer.idempotencyKey, answer).catch(() => undefined);
  try {
    const recorded = await untilDelivered(() => attempt(answer), (error) => announce(answer, error));
    await forget(answer);
    return recorded;
  } catch (error) {
    // What the server refuses once it will always refuse; anything else may still be delivered later.
    if (error instanceof Problem && error.status < 500) await forget(answer);
    throw error;
  } finally {
    underWay.delete(answer.idempotencyKey);
  }
}

function announce(answer: WaitingAnswer, error: unknown): void {
  void askWorkerToDeliver();
  const delivery = underWay.get(answer.idempotencyKey);
  if (!delivery) return;
  delivery.lastFailure = error;
  for (const watcher of delivery.watchers) watcher(error);
}

async function forget({ idempotencyKey }: WaitingAnswer): Promise<void> {
  waiting.delete(idempotencyKey);
  await remove("answers", idempotencyKey).catch(() => undefined);
}

function attempt(answer: WaitingAnswer): Promise<Recorded> {
  return bodyOf(
    api.POST("/api/v1/sessions/{id}/responses", {
      params: { path: { id: answer.sessionId }, header: { "Idempotency-Key": answer.idempotencyKey } },
      body: bodyFor(answer),
    }),
  );
}
