import { expect, test } from "vitest";

import { deviceOf } from "../src/settings/device";
import { addressOf, needsOrganisation, readReturned } from "../src/signin/elsewhere";

const EDGE =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0";
const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";
const FIREFOX = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0";

test.each([
  [EDGE, "Edge · Windows"],
  [IPHONE, "Safari · iOS"],
  [FIREFOX, "Firefox · Android"],
  ["python-httpx/0.28", "python-httpx/0.28"],
  ["", null],
])("a device is named by browser and system: %s", (userAgent, name) => {
  expect(deviceOf(userAgent)).toBe(name);
});

test("what another provider sends the browser back with is a code, a fault, or nothing", () => {
  expect(readReturned("#code=a.b.c&return_to=%2Fhistory")).toEqual({ code: "a.b.c", returnTo: "/history" });
  expect(readReturned("#error=no_account")).toEqual({ error: "no_account" });
  expect(readReturned("")).toBeNull();
});

test("the organisation is asked for where naming it helps", () => {
  expect(needsOrganisation({ error: "no_account" })).toBe(true);
  expect(needsOrganisation({ error: "oidc_cancelled" })).toBe(false);
  expect(needsOrganisation({ code: "a", returnTo: "/" })).toBe(false);
});

test("a provider's address carries where to go on, and the organisation if one was named", () => {
  expect(addressOf("lake", "/history?a=1", "")).toBe("/api/v1/auth/oidc/lake/login?return_to=%2Fhistory%3Fa%3D1");
  expect(addressOf("lake", "/", "hillside")).toBe("/api/v1/auth/oidc/lake/login?return_to=%2F&organisation=hillside");
});
