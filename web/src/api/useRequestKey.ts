import { useRef } from "react";

import { newIdempotencyKey } from "./client";

/** Keys for requests that create something: the same body sent again, after a fault say, is the same request. */
export function useRequestKey(): (body: unknown) => string {
  const last = useRef<{ of: string; key: string } | null>(null);
  return (body) => {
    const of = JSON.stringify(body);
    if (last.current?.of !== of) last.current = { of, key: newIdempotencyKey() };
    return last.current.key;
  };
}
