import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import { bodyOf } from "../api/reach";
import type { components } from "../api/schema";
import { useToast } from "../components/useToast";
import type { OnePerson } from "./queries";

type Schemas = components["schemas"];

/** Does something to somebody, says so, and reads again what is known of people. */
function useDeed<Wanted>(send: (wanted: Wanted) => Promise<unknown>, said: string, onDone: () => void) {
  const queryClient = useQueryClient();
  const { show } = useToast();
  return useMutation({
    mutationFn: send,
    onSuccess: () => {
      show({ text: said, tone: "good" });
      onDone();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["people"] }),
  });
}

/** Changes an account, unless somebody else has meanwhile. */
export function useChangePerson({ id }: OnePerson, etag: string, onDone: () => void) {
  const { t } = useTranslation("admin");
  const change = (body: Schemas["PersonChanges"]) =>
    bodyOf(api.PATCH("/api/v1/users/{id}", { params: { path: { id }, header: { "if-match": etag } }, body }));
  return useDeed(change, t("class.saved"), onDone);
}

export function useSignOutEverywhere({ id, full_name: name }: OnePerson, onDone: () => void) {
  const { t } = useTranslation("admin");
  const end = () => api.DELETE("/api/v1/users/{id}/sessions", { params: { path: { id } } });
  return useDeed<null>(end, t("person.signedOut", { name }), onDone);
}

/** For whoever has lost all their second factors. */
export function useRemoveFactors({ id, full_name: name }: OnePerson, onDone: () => void) {
  const { t } = useTranslation("admin");
  const remove = () => api.DELETE("/api/v1/users/{id}/second_factors", { params: { path: { id } } });
  return useDeed<null>(remove, t("person.factorsRemoved", { name }), onDone);
}

/** Gives somebody exactly these roles. */
export function usePutRoles({ id }: OnePerson, onDone: () => void) {
  const { t } = useTranslation("admin");
  const put = (memberships: Schemas["Membership"][]) =>
    bodyOf(api.PUT("/api/v1/users/{id}/memberships", { params: { path: { id } }, body: { memberships } }));
  return useDeed(put, t("class.saved"), onDone);
}

type Relation = Schemas["NewGuardianship"]["relation"];

export function useNameGuardian({ id }: OnePerson, onDone: () => void) {
  const { t } = useTranslation("admin");
  const put = ({ guardianId, relation }: { guardianId: string; relation: Relation }) => {
    const params = { path: { id, guardian_id: guardianId } };
    return bodyOf(api.PUT("/api/v1/users/{id}/guardians/{guardian_id}", { params, body: { relation } }));
  };
  return useDeed(put, t("class.saved"), onDone);
}

export function useRemoveGuardian() {
  const { t } = useTranslation("admin");
  const remove = ({ learnerId, guardianId }: { learnerId: string; guardianId: string }) =>
    api.DELETE("/api/v1/users/{id}/guardians/{guardian_id}", { params: { path: { id: learnerId, guardian_id: guardianId } } });
  return useDeed(remove, t("class.saved"), () => undefined);
}
