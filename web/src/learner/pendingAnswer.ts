/**
 * The answer that has been given but not yet been confirmed by the server. It outlives a reload or a power cut, and
 * keeps its idempotency key, so that it is counted once however often it is sent.
 */

export type PendingAnswer = {
  itemId: string;
  position: number;
  option: string;
  responseMs: number;
  idempotencyKey: string;
};

export function loadPendingAnswer(sessionId: string): PendingAnswer | null {
  const stored = localStorage.getItem(storageKey(sessionId));
  return stored === null ? null : (JSON.parse(stored) as PendingAnswer);
}

export function keepPendingAnswer(sessionId: string, answer: PendingAnswer): void {
  localStorage.setItem(storageKey(sessionId), JSON.stringify(answer));
}

export function dropPendingAnswer(sessionId: string): void {
  localStorage.removeItem(storageKey(sessionId));
}

function storageKey(sessionId: string): string {
  return `dreamseed.pending_answer.${sessionId}`;
}
