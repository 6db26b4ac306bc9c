/** Signing in at another provider: the way there, and what it comes back with. */

/** What a provider sent back with the browser. */
export type Returned = { code: string; returnTo: string } | { error: string };

/** Read the part of the address after `#` that signing in at another provider ends with; null where there is none. */
export function readReturned(hash: string): Returned | null {
  const values = new URLSearchParams(hash.replace(/^#/, ""));
  const [code, error] = [values.get("code"), values.get("error")];
  if (code !== null) return { code, returnTo: values.get("return_to") ?? "/" };
  return error === null ? null : { error };
}

/** Whether it helps to say of which organisation one is. */
export function needsOrganisation(returned: Returned | null): boolean {
  return returned !== null && "error" in returned && ["no_account", "organisation_required"].includes(returned.error);
}

/** Where a provider's sign-in begins. The server looks at both values again. */
export function addressOf(providerId: string, returnTo: string, organisation: string): string {
  const query = new URLSearchParams({ return_to: returnTo, ...(organisation !== "" && { organisation }) });
  return `/api/v1/auth/oidc/${encodeURIComponent(providerId)}/login?${query.toString()}`;
}
