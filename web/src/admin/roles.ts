/** Roles: what they are called, and which there are to give. */
import { queryOptions } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import { readAll } from "../api/pages";
import { bodyOf } from "../api/reach";

export const ROLES = ["learner", "teacher", "author", "reviewer", "guardian", "org_admin", "operator"] as const;
export type Role = (typeof ROLES)[number];

/** What everybody holds besides, and nobody is given. */
const FOR_EVERYBODY = "member";

/** The names of roles; those that an organisation has made itself keep the name that it gave them. */
export function useRoleName(): (role: string) => string {
  const { t } = useTranslation();
  return (role) => {
    const known = ROLES.find((each) => each === role);
    return known ? t(`roles.${known}`) : role;
  };
}

/** Every role that somebody can be given, built in or the organisation's own. */
export const rolesQuery = queryOptions({
  queryKey: ["roles", "to choose from"],
  queryFn: async ({ signal }) => {
    const roles = await readAll((cursor) => bodyOf(api.GET("/api/v1/roles", { params: { query: { cursor, limit: 200 } }, signal })));
    return roles.map(({ name }) => name).filter((name) => name !== FOR_EVERYBODY);
  },
});
