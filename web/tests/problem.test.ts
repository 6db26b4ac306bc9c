import { expect, test } from "vitest";

import { isTransient, NetworkFailure, Problem, problemFrom } from "../src/api/problem";

const problemJson = (status: number, body: object, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/problem+json", ...headers } });

test("a problem keeps its code, detail and fields", async () => {
  const body = { code: "unknown_option", detail: "No option «e»", errors: [{ field: "answer.option", reason: "unknown" }] };

  const problem = await problemFrom(problemJson(422, body));

  expect(problem).toMatchObject({ status: 422, code: "unknown_option", message: "No option «e»", errors: body.errors });
});

test("a proxy's page of HTML becomes a problem too", async () => {
  const problem = await problemFrom(new Response("<h1>Bad Gateway</h1>", { status: 502 }));

  expect(problem.code).toBe("http_502");
});

test.each([
  ["3", 3],
  ["0", 0],
  ["soon", null],
])("Retry-After %s means %s seconds", async (header, seconds) => {
  const problem = await problemFrom(problemJson(503, {}, { "Retry-After": header }));

  expect(problem.retryAfterSeconds).toBe(seconds);
});

test("Retry-After may be a date", async () => {
  const inOneMinute = new Date(Date.now() + 60_000).toUTCString();

  const problem = await problemFrom(problemJson(429, {}, { "Retry-After": inOneMinute }));

  expect(problem.retryAfterSeconds).toBeGreaterThan(57);
  expect(problem.retryAfterSeconds).toBeLessThanOrEqual(60);
});

test("only what may pass by itself is worth repeating", () => {
  expect(isTransient(new NetworkFailure())).toBe(true);
  expect(isTransient(new Problem(429, "", "", [], null))).toBe(true);
  expect(isTransient(new Problem(500, "", "", [], null))).toBe(false);
  expect(isTransient(new Problem(409, "", "", [], null))).toBe(false);
  expect(isTransient(new TypeError("a fault of ours"))).toBe(false);
});
