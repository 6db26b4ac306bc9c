import type { Me } from "./contract";

/**
 * Whether somebody may do that, such as `item:read`: by the permission itself, by `item:*` or by `*`.
 * A permission that ends in `:own` reaches one's own data only, so it does not answer for the permission without it.
 */
export function may(me: Pick<Me, "permissions">, wanted: string): boolean {
  const [resource] = wanted.split(":");
  return ["*", `${resource ?? ""}:*`, wanted].some((permission) => me.permissions.includes(permission));
}

/** Whether somebody can take no test before a guardian or the school agrees that what they answer is kept. */
export function lacksConsentToLearn(me: Pick<Me, "lacks_consent">): boolean {
  return me.lacks_consent.includes("learning_record");
}
