import { useRef } from "react";

import { newIdempotencyKey } from "../api/client";

/** An idempotency key for a request: the same one for as long as the same is asked for again. */
export function useKeyOf(): (content: unknown) => string {
  const last = useRef({ content: "", key: "" });
  return (content) => {
    const written = JSON.stringify(content);
    if (last.current.content !== written) last.current = { content: written, key: newIdempotencyKey() };
    return last.current.key;
  };
}
