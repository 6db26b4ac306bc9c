import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import type { Me } from "../api/contract";
import { providersQuery } from "../api/queries";
import { bodyOf } from "../api/reach";
import { Button } from "../components/Button";
import { ConfirmDialog } from "../components/ConfirmDialog";
import { EmptyState, Failure, Loading } from "../components/States";
import { Table, type Column } from "../components/Table";
import { Moment } from "../i18n/Moment";
import { identitiesQuery, type LinkedIdentity } from "./queries";
import { SecurityFailure } from "./SecurityFailure";

/** By which accounts elsewhere one signs in, and the way to link and unlink them; nothing where there are none. */
export function Identities({ me }: { me: Me }) {
  const { t } = useTranslation("settings");
  const identities = useQuery(identitiesQuery);
  const providers = useQuery(providersQuery);
  const outcome = useOutcome();
  const { link, unlink } = useChanges();
  const [unlinking, setUnlinking] = useState<LinkedIdentity | null>(null);
  const isMine = ({ organisation }: { organisation: string | null }) => [null, me.organisation.slug].includes(organisation);
  const offered = (providers.data?.items ?? []).filter(isMine);
  const linked = identities.data?.items ?? [];
  const error = link.error ?? unlink.error;
  if (offered.length === 0 && linked.length === 0 && !identities.isError) return null;
  return (
    <section aria-labelledby="security-identities">
      <h2 id="security-identities">{t("identities.title")}</h2>
      <p>{t("identities.lead")}</p>
      {outcome !== null && <Outcome outcome={outcome} />}
      {identities.isPending && <Loading />}
      {identities.isError && <Failure error={identities.error} onRetry={() => void identities.refetch()} />}
      {error !== null && <SecurityFailure error={error} />}
      {identities.data && linked.length === 0 && (
        <EmptyState title={t("identities.noneTitle")} text={t("identities.noneText")} />
      )}
      {linked.length > 0 && <IdentityTable identities={linked} onUnlink={setUnlinking} />}
      <div className="security-actions">
        {offered.map(({ id, name }) => (
          <Button key={id} isBusy={link.isPending} onClick={() => link.mutate(id)}>
            {t("identities.link", { name })}
          </Button>
        ))}
      </div>
      {unlinking !== null && (
        <ConfirmDialog
          title={t("identities.unlinkTitle", { name: unlinking.provider })}
          text={t("identities.unlinkText")}
          cancel={t("cancel")}
          confirm={t("identities.unlink")}
          isDangerous
          onCancel={() => setUnlinking(null)}
          onConfirm={() => {
            setUnlinking(null);
            unlink.mutate(unlinking.id);
          }}
        />
      )}
    </section>
  );
}

type IdentityTableProps = { identities: LinkedIdentity[]; onUnlink: (identity: LinkedIdentity) => void };

function IdentityTable({ identities, onUnlink }: IdentityTableProps) {
  const { t } = useTranslation("settings");
  const columns: Column<LinkedIdentity>[] = [
    { key: "provider", head: t("identities.provider"), cell: ({ provider }) => provider },
    { key: "since", head: t("identities.since"), cell: ({ linked_at }) => <Moment at={linked_at} isDateOnly /> },
    { key: "used", head: t("identities.used"), cell: ({ last_used_at }) => <Moment at={last_used_at} /> },
    {
      key: "unlink",
      head: t("identities.unlink"),
      cell: (identity) => (
        <Button
          isSmall
          aria-label={t("identities.unlinkNamed", { name: identity.provider })}
          onClick={() => onUnlink(identity)}
        >
          {t("identities.unlink")}
        </Button>
      ),
    },
  ];
  return <Table caption={t("identities.title")} columns={columns} rows={identities} rowKey={({ id }) => id} />;
}

function useChanges() {
  const queryClient = useQueryClient();
  const link = useMutation({
    mutationFn: (provider: string) => bodyOf(api.POST("/api/v1/me/identities", { body: { provider } })),
    onSuccess: ({ authorization_url }) => window.location.assign(authorization_url),
  });
  const unlink = useMutation({
    mutationFn: (id: string) => api.DELETE("/api/v1/me/identities/{id}", { params: { path: { id } } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: identitiesQuery.queryKey }),
  });
  return { link, unlink };
}

const EXPLAINED = [
  "oidc_cancelled",
  "oidc_unavailable",
  "identity_taken",
  "provider_not_yours",
  "sign_in_ended",
  "step_expired",
] as const;
type Explained = "linked" | (typeof EXPLAINED)[number] | "other";

/** What the provider sent the browser back with, which leaves the address once it has been read; null if nothing. */
function useOutcome(): Explained | null {
  const navigate = useNavigate();
  const [outcome] = useState(() => readOutcome(window.location.hash));
  useEffect(() => {
    if (outcome !== null) void navigate({ to: "/settings/security", replace: true });
  }, [outcome, navigate]);
  return outcome;
}

function readOutcome(hash: string): Explained | null {
  const values = new URLSearchParams(hash.replace(/^#/, ""));
  if (values.has("linked")) return "linked";
  const code = values.get("error");
  return code === null ? null : (EXPLAINED.find((each) => each === code) ?? "other");
}

function Outcome({ outcome }: { outcome: Explained }) {
  const { t } = useTranslation("settings");
  return outcome === "linked" ? (
    <p role="status">{t("identities.linked")}</p>
  ) : (
    <p className="callout callout-alarm" role="alert">
      {t(`identities.problems.${outcome}`)}
    </p>
  );
}
