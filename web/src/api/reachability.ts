/** Whether the server answered when it was last asked. The browser's own idea of being online says little about that. */
import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let isReachable = true;

export function noteReachable(answered: boolean): void {
  if (answered === isReachable) return;
  isReachable = answered;
  for (const listener of listeners) listener();
}

export function useIsReachable(): boolean {
  return useSyncExternalStore(subscribe, () => isReachable);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
