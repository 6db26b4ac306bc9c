/** An answer that has been given and not yet been confirmed; the same request, however often and by whomever it is sent. */

export type WaitingAnswer = {
  /** Makes the server count the answer once, however often it arrives. */
  idempotencyKey: string;
  /** Who gave it: nobody else's sign-in may send it. */
  account: string;
  sessionId: string;
  itemId: string;
  position: number;
  option: string;
  responseMs: number;
};

export function bodyFor(answer: WaitingAnswer) {
  return {
    item_id: answer.itemId,
    position: answer.position,
    answer: { option: answer.option },
    response_ms: answer.responseMs,
  };
}

/** The message by which the service worker asks an open page to send what waits, and the name of its `sync`. */
export const DELIVER = "dreamseed.deliver";
