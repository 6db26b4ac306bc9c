/** The page's side of the service worker, which keeps the app at hand when there is no network. */
import { heldAccessToken } from "../api/tokens";
import { DELIVER } from "./answer";

type Syncing = ServiceWorkerRegistration & { sync?: { register: (tag: string) => Promise<void> } };

/** Only the built app has a worker, and only secure origins may have one. */
export function startWorker(): void {
  if (!import.meta.env.PROD || !hasWorkers()) return;
  void navigator.serviceWorker.register("/service-worker.js").catch(() => undefined);
}

/** Hear when the worker finds that the network is back; returns how to stop. */
export function onWorkerAsks(listener: () => void): () => void {
  if (!hasWorkers()) return () => undefined;
  const hear = (event: MessageEvent) => {
    if (event.data === DELIVER) listener();
  };
  navigator.serviceWorker.addEventListener("message", hear);
  return () => navigator.serviceWorker.removeEventListener("message", hear);
}

/**
 * Ask the browser to wake the worker when the network is back, even if no page of the app is open then. The access token
 * goes along in memory only: a worker that has been stopped meanwhile leaves the answer to the next visit.
 */
export async function askWorkerToDeliver(): Promise<void> {
  if (!hasWorkers() || navigator.serviceWorker.controller === null) return;
  const registration: Syncing = await navigator.serviceWorker.ready;
  navigator.serviceWorker.controller.postMessage({ token: heldAccessToken() });
  // Browsers may refuse; the page itself goes on trying either way.
  await registration.sync?.register(DELIVER).catch(() => undefined);
}

function hasWorkers(): boolean {
  return "serviceWorker" in navigator;
}
