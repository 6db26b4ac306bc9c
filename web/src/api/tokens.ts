/**
 * Who is signed in on this device.
 *
 * The access token lives in this tab's memory only. The refresh token lives in local storage, so that a reload or a
 * power cut does not interrupt a test, and is replaced by every renewal. All tabs share it: a renewal holds a browser-wide
 * lock and reads the stored token inside it, so no token is ever presented twice.
 */
import createClient from "openapi-fetch";

import type { SecondFactorNeeded, TokenPair } from "./contract";
import { Problem, SignedOut } from "./problem";
import { bodyOf, reach } from "./reach";
import type { paths } from "./schema";

export type Credentials = { email: string; password: string; organisation?: string };

/** `ended` is a sign-in that the server no longer honours; `signed_out` is somebody's own wish. */
export type SignInChange = "signed_in" | "signed_out" | "ended";

const STORAGE_KEY = "dreamseed.refresh_token";
const ACCOUNT_KEY = "dreamseed.account";
const LOCK = "dreamseed.renew_access_token";
/** Renew this long before the token runs out, so that no request carries one that expires on the way. */
const MARGIN_MS = 30_000;

/** The API as anybody may use it, signed in or not. */
export const openApi = createClient<paths>({ baseUrl: window.location.origin, fetch: reach });

let held: { token: string; staleAt: number } | null = null;
let renewal: Promise<string> | null = null;
const listeners = new Set<(change: SignInChange) => void>();

export function isSignedIn(): boolean {
  return localStorage.getItem(STORAGE_KEY) !== null;
}

/** Call back whenever somebody signs in or out, in this tab or another; returns how to stop. */
export function onSignInChange(listener: (change: SignInChange) => void): () => void {
  const fromOtherTab = (event: StorageEvent) => {
    if (event.key !== STORAGE_KEY && event.key !== null) return;
    // A change from one token to the next is a renewal and means nothing to the listener.
    if (event.newValue !== null && event.oldValue !== null) return;
    held = null;
    listener(event.newValue === null ? "signed_out" : "signed_in");
  };
  listeners.add(listener);
  window.addEventListener("storage", fromOtherTab);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", fromOtherTab);
  };
}

/** Throws `SecondFactorRequired` where a second step has to follow. */
export async function signIn(credentials: Credentials): Promise<void> {
  keep(await requestTokens({ grant_type: "password", ...credentials }));
  announce("signed_in");
}

/** Sign in by the code that signing in at another provider ended with; it works once. Throws as `signIn` does. */
export async function signInWithCode(code: string): Promise<void> {
  keep(await requestTokens({ grant_type: "sign_in_code", code }));
  announce("signed_in");
}

/** The second step of a sign-in. */
export async function completeSignIn(step: SecondStep): Promise<void> {
  keep(await bodyOf(openApi.POST("/api/v1/auth/mfa", { body: step })));
  announce("signed_in");
}

/** Sign out here and, as far as the server can be reached, there. */
export async function signOut(): Promise<void> {
  const refreshToken = localStorage.getItem(STORAGE_KEY);
  forget("signed_out");
  if (refreshToken !== null) await openApi.POST("/api/v1/auth/logout", { body: { refresh_token: refreshToken } });
}

/** Whoever was signed in last on this device; it says whose the answers are that wait here. */
export function currentAccount(): string | null {
  return localStorage.getItem(ACCOUNT_KEY);
}

/** The access token that this tab holds, be it good or stale. */
export function heldAccessToken(): string | null {
  return held?.token ?? null;
}

/** An access token that is good for the next request. */
export function accessToken(): Promise<string> {
  if (held !== null && Date.now() < held.staleAt) return Promise.resolve(held.token);
  return renewAccessToken();
}

/** A new access token; however many callers wait, it is asked for once. */
export function renewAccessToken(): Promise<string> {
  renewal ??= withLock(renew).finally(() => (renewal = null));
  return renewal;
}

async function renew(): Promise<string> {
  const refreshToken = localStorage.getItem(STORAGE_KEY);
  if (refreshToken === null) throw new SignedOut("Nobody is signed in");
  try {
    const tokens = await requestTokens({ grant_type: "refresh_token", refresh_token: refreshToken });
    // Whoever has signed out meanwhile stays signed out.
    if (localStorage.getItem(STORAGE_KEY) !== refreshToken) throw new SignedOut("Signed out during the renewal");
    keep(tokens);
    return tokens.access_token;
  } catch (error) {
    if (!(error instanceof Problem) || ![400, 401].includes(error.status)) throw error;
    forget("ended");
    throw new SignedOut("The sign-in has run out", { cause: error });
  }
}

/** Browsers offer locks only to secure origins; elsewhere one tab at a time is the best that can be had. */
async function withLock(work: () => Promise<string>): Promise<string> {
  return window.isSecureContext ? navigator.locks.request(LOCK, work) : work();
}

export type SecondStep = paths["/api/v1/auth/mfa"]["post"]["requestBody"]["content"]["application/json"];
type Grant = paths["/api/v1/auth/token"]["post"]["requestBody"]["content"]["application/json"];

/** The password was right; one of `needed.methods` has to follow at `/auth/mfa`. */
export class SecondFactorRequired extends Error {
  constructor(readonly needed: SecondFactorNeeded) {
    super("A second factor has to follow");
  }
}

async function requestTokens(grant: Grant): Promise<TokenPair> {
  const reply = await bodyOf(openApi.POST("/api/v1/auth/token", { body: grant }));
  if ("mfa_token" in reply) throw new SecondFactorRequired(reply);
  if (!("refresh_token" in reply)) throw new Error("This grant gives no sign-in");
  return reply;
}

function keep(tokens: TokenPair): void {
  held = { token: tokens.access_token, staleAt: Date.now() + tokens.expires_in * 1000 - MARGIN_MS };
  localStorage.setItem(STORAGE_KEY, tokens.refresh_token);
  localStorage.setItem(ACCOUNT_KEY, subjectOf(tokens.access_token));
}

/** Whom a token is about. The server judges tokens; this only reads what is written in one. */
function subjectOf(token: string): string {
  const claims = token.split(".")[1] ?? "";
  const { sub } = JSON.parse(atob(claims.replace(/-/g, "+").replace(/_/g, "/"))) as { sub?: string };
  return sub ?? "";
}

function forget(change: SignInChange): void {
  held = null;
  localStorage.removeItem(STORAGE_KEY);
  announce(change);
}

function announce(change: SignInChange): void {
  for (const listener of listeners) listener(change);
}
