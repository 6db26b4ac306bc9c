import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import { Badge } from "../components/Badge";
import { Button } from "../components/Button";
import { ConfirmDialog } from "../components/ConfirmDialog";
import { Listing } from "../components/Listing";
import { PageHeading } from "../components/PageHeading";
import { Failure } from "../components/States";
import { Table, type Column } from "../components/Table";
import { Moment } from "../i18n/Moment";
import { InviteDialog } from "./InviteDialog";
import { invitationsQuery, type Invitation } from "./queries";
import { useRoleName } from "./roles";

const TONES = { open: "warm", accepted: "good", revoked: "plain", expired: "plain" } as const;

/** Who was invited as what, whether they came, and the ways to invite somebody and to take it back. */
export function InvitationsPage() {
  const { t } = useTranslation("admin");
  const list = useInfiniteQuery(invitationsQuery);
  const revoke = useRevoke();
  const [isInviting, setIsInviting] = useState(false);
  const [leaving, setLeaving] = useState<Invitation | null>(null);
  return (
    <div className="page">
      <p className="crumbs">
        <Link to="/admin/people">{t("people.title")}</Link>
      </p>
      <div className="page-top">
        <PageHeading title={t("invitations.title")} />
        <p className="lead">{t("invitations.lead")}</p>
        <div className="page-tools">
          <Button variant="primary" onClick={() => setIsInviting(true)}>
            {t("invitations.invite")}
          </Button>
        </div>
      </div>
      <section aria-label={t("invitations.list")}>
        {revoke.error !== null && <Failure error={revoke.error} />}
        <Listing list={list} noneTitle={t("invitations.noneTitle")} noneText={t("invitations.noneText")}>
          {(rows) => <InvitationTable rows={rows} onRevoke={setLeaving} />}
        </Listing>
      </section>
      {isInviting && <InviteDialog onClose={() => setIsInviting(false)} />}
      {leaving && (
        <ConfirmDialog
          title={t("invitations.revokeTitle", { email: leaving.email })}
          text={t("invitations.revokeText")}
          cancel={t("cancel")}
          confirm={t("invitations.revoke")}
          isDangerous
          onCancel={() => setLeaving(null)}
          onConfirm={() => {
            setLeaving(null);
            revoke.mutate(leaving.id);
          }}
        />
      )}
    </div>
  );
}

function InvitationTable({ rows, onRevoke }: { rows: Invitation[]; onRevoke: (invitation: Invitation) => void }) {
  const { t } = useTranslation("admin");
  const nameOf = useRoleName();
  const columns: Column<Invitation>[] = [
    { key: "email", head: t("people.email"), cell: ({ email }) => email },
    { key: "role", head: t("people.role"), cell: ({ role }) => nameOf(role) },
    { key: "state", head: t("person.state"), cell: ({ status }) => <Badge tone={TONES[status]}>{t(`invitations.states.${status}`)}</Badge> },
    { key: "sent", head: t("invitations.sent"), cell: ({ created_at }) => <Moment at={created_at} isDateOnly /> },
    { key: "until", head: t("memberships.until"), cell: ({ expires_at }) => <Moment at={expires_at} isDateOnly /> },
    {
      key: "revoke",
      head: t("people.actions"),
      cell: (row) =>
        row.status === "open" ? (
          <Button isSmall aria-label={t("invitations.revokeNamed", { email: row.email })} onClick={() => onRevoke(row)}>
            {t("invitations.revoke")}
          </Button>
        ) : (
          "–"
        ),
    },
  ];
  return <Table caption={t("invitations.list")} columns={columns} rows={rows} rowKey={({ id }) => id} />;
}

function useRevoke() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.DELETE("/api/v1/invitations/{id}", { params: { path: { id } } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["invitations"] }),
  });
}
