/**
 * Keeps the app itself at hand, so that a reload without a network shows the running item, and sends waiting answers when
 * the network is back.
 *
 * Files below `/assets/` never change, so they come from the cache; pages come from the network while there is one, else
 * the app's one page does. Nothing of the API is cached here: what the app keeps of it lives in IndexedDB (`offline/`).
 * A new version waits until no page of the old one is open, so no page misses the parts that belong to it.
 */
import { bodyFor, DELIVER, type WaitingAnswer } from "../offline/answer";
import { all, remove } from "../offline/store";

declare const self: ServiceWorkerGlobalScope;
/** Put in by the build: what the app needs, and a name for exactly that. */
declare const SHELL: string[];
declare const SHELL_VERSION: string;

type SyncEvent = ExtendableEvent & { tag: string };

const CACHE_PREFIX = "dreamseed-";
const CACHE = CACHE_PREFIX + SHELL_VERSION;
const PAGE = "/";
/** Addresses that are no pages of the app. */
const NEVER_PAGES = /^\/(?:api|blobs|docs|ws|health|ready|openapi\.json|\.well-known)(?:\/|$)/;

let accessToken: string | null = null;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([PAGE, ...SHELL])));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOldVersions().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin || NEVER_PAGES.test(pathname)) return;
  if (request.mode === "navigate") event.respondWith(networkOrPage(request));
  else if (pathname.startsWith("/assets/")) event.respondWith(cacheOrNetwork(request));
});

self.addEventListener("message", (event) => {
  const { token } = event.data as { token?: string | null };
  if (token) accessToken = token;
});

self.addEventListener("sync", (event) => {
  const sync = event as SyncEvent;
  if (sync.tag === DELIVER) sync.waitUntil(deliver());
});

async function forgetOldVersions(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(CACHE_PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

async function networkOrPage(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const page = await caches.match(PAGE);
    if (page === undefined) throw error;
    return page;
  }
}

async function cacheOrNetwork(request: Request): Promise<Response> {
  const cached = await caches.match(request);
  if (cached) return cached;
  const response = await fetch(request);
  if (response.ok) {
    const cache = await caches.open(CACHE);
    await cache.put(request, response.clone());
  }
  return response;
}

/** An open page sends what waits by its own sign-in; without one it is sent from here. Failing, the browser asks again. */
async function deliver(): Promise<void> {
  const [page] = await self.clients.matchAll({ type: "window" });
  if (page) {
    page.postMessage(DELIVER);
    return;
  }
  for (const answer of await all<WaitingAnswer>("answers")) await send(answer);
}

async function send(answer: WaitingAnswer): Promise<void> {
  if (accessToken === null) throw new Error("Nobody is signed in here");
  const response = await fetch(`/api/v1/sessions/${answer.sessionId}/responses`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${accessToken}`,
      "Content-Type": "application/json",
      "Idempotency-Key": answer.idempotencyKey,
    },
    body: JSON.stringify(bodyFor(answer)),
  });
  // A refusal is left for the page to explain.
  if (!response.ok) throw new Error(`The answer was not taken: ${response.status}`);
  await remove("answers", answer.idempotencyKey);
}
