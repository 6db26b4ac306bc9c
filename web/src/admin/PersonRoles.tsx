import { useQuery } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { startOf, today } from "../audit/auditSearch";
import { Button } from "../components/Button";
import { ConfirmDialog } from "../components/ConfirmDialog";
import { TextField } from "../components/Field";
import { Select } from "../components/Select";
import { EmptyState, Failure } from "../components/States";
import { Table, type Column } from "../components/Table";
import { Moment } from "../i18n/Moment";
import type { OnePerson } from "./queries";
import { rolesQuery, useRoleName } from "./roles";
import { usePutRoles } from "./usePerson";

type Membership = Pick<OnePerson["memberships"][number], "role" | "expires_at">;

/** The roles that somebody holds, for good or up to a day, with ways to give another and to take one away. */
export function PersonRoles({ person }: { person: OnePerson }) {
  const { t } = useTranslation("admin");
  const nameOf = useRoleName();
  const [leaving, setLeaving] = useState<Membership | null>(null);
  const put = usePutRoles(person, () => undefined);
  const held = person.memberships.map(({ role, expires_at }): Membership => ({ role, expires_at }));
  return (
    <section aria-labelledby="person-roles">
      <h2 id="person-roles">{t("people.roles")}</h2>
      {put.error !== null && <Failure error={put.error} />}
      {held.length === 0 ? (
        <EmptyState title={t("memberships.noneTitle")} text={t("memberships.noneText")} />
      ) : (
        <RoleTable held={held} onTake={setLeaving} />
      )}
      <Give key={held.map(({ role }) => role).join()} held={held} isBusy={put.isPending} onGive={(given) => put.mutate([...held, given])} />
      {leaving && (
        <ConfirmDialog
          title={t("memberships.takeTitle", { role: nameOf(leaving.role), name: person.full_name })}
          text={t("memberships.takeText")}
          cancel={t("cancel")}
          confirm={t("memberships.take")}
          isDangerous
          onCancel={() => setLeaving(null)}
          onConfirm={() => {
            setLeaving(null);
            put.mutate(held.filter(({ role }) => role !== leaving.role));
          }}
        />
      )}
    </section>
  );
}

function RoleTable({ held, onTake }: { held: Membership[]; onTake: (role: Membership) => void }) {
  const { t } = useTranslation("admin");
  const nameOf = useRoleName();
  const columns: Column<Membership>[] = [
    { key: "role", head: t("people.role"), cell: ({ role }) => nameOf(role) },
    {
      key: "until",
      head: t("memberships.until"),
      cell: ({ expires_at: end }) => (end === null ? t("memberships.forGood") : <Moment at={end} />),
    },
    {
      key: "take",
      head: t("people.actions"),
      cell: (each) => (
        <Button isSmall aria-label={t("memberships.takeNamed", { role: nameOf(each.role) })} onClick={() => onTake(each)}>
          {t("memberships.take")}
        </Button>
      ),
    },
  ];
  return <Table caption={t("people.roles")} columns={columns} rows={held} rowKey={({ role }) => role} />;
}

type GiveProps = { held: Membership[]; isBusy: boolean; onGive: (given: Membership) => void };

function Give({ held, isBusy, onGive }: GiveProps) {
  const { t } = useTranslation("admin");
  const nameOf = useRoleName();
  const roles = useQuery(rolesQuery);
  const [chosen, setChosen] = useState("");
  const [lastDay, setLastDay] = useState("");
  const open = roles.data?.filter((role) => !held.some((each) => each.role === role)) ?? [];
  const role = open.includes(chosen) ? chosen : "";
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (role !== "" && !isBusy) onGive({ role, expires_at: startOf(lastDay || undefined, 1) });
  };
  if (roles.isError) return <Failure error={roles.error} onRetry={() => void roles.refetch()} />;
  return (
    <form className="filters" onSubmit={submit}>
      <Select
        label={t("memberships.give")}
        value={role}
        options={[{ value: "", text: t("memberships.choose") }, ...open.map((each) => ({ value: each, text: nameOf(each) }))]}
        onChange={setChosen}
      />
      <TextField
        label={t("memberships.lastDay")}
        hint={t("memberships.lastDayHint")}
        type="date"
        min={today()}
        value={lastDay}
        onChange={setLastDay}
      />
      <Button type="submit" isBusy={isBusy} disabled={role === ""}>
        {t("memberships.giveIt")}
      </Button>
    </form>
  );
}
