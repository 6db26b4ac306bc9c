import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Person } from "../api/contract";
import { may } from "../api/permissions";
import { meQuery } from "../api/queries";
import { Button, buttonClass } from "../components/Button";
import { PageHeading } from "../components/PageHeading";
import { SearchField } from "../components/SearchField";
import { Select } from "../components/Select";
import { ShowMore } from "../components/ShowMore";
import { EmptyState, Failure, Loading } from "../components/States";
import { Table, type Column } from "../components/Table";
import { Moment } from "../i18n/Moment";
import { MergeDialog } from "./MergeDialog";
import { PersonName } from "./PersonName";
import { peopleQuery } from "./queries";

const ROLES = ["learner", "teacher", "author", "reviewer", "guardian", "org_admin", "operator"] as const;
type Role = (typeof ROLES)[number];

/** Everybody of the organisation: found by name, address and role. */
export function PeoplePage() {
  const { t } = useTranslation(["admin", "common"]);
  const [search, setSearch] = useState("");
  const [role, setRole] = useState<Role | "">("");
  const [kept, setKept] = useState<Person | null>(null);
  const people = useInfiniteQuery(peopleQuery(search, role));
  return (
    <div className="page">
      <div className="page-top">
        <PageHeading title={t("people.title")} />
        <p className="lead">{t("people.lead")}</p>
        <div className="page-tools">
          <Link to="/admin/rosters" className={buttonClass()}>
            {t("rosters.title")}
          </Link>
          <Link to="/admin/data-requests" className={buttonClass()}>
            {t("people.dataRequests")}
          </Link>
          <Link to="/admin/consents" className={buttonClass()}>
            {t("people.consents")}
          </Link>
        </div>
      </div>
      <section aria-label={t("people.list")}>
        <div className="filters">
          <SearchField label={t("common:search.label")} hint={t("people.searchHint")} value={search} onSearch={setSearch} />
          <Select
            label={t("people.role")}
            value={role}
            options={[{ value: "", text: t("people.allRoles") }, ...ROLES.map((value) => ({ value, text: t(`common:roles.${value}`) }))]}
            onChange={setRole}
          />
        </div>
        {people.isPending && <Loading />}
        {people.isError && <Failure error={people.error} onRetry={() => void people.refetch()} />}
        {people.data?.length === 0 && <EmptyState title={t("people.noneTitle")} text={t("people.noneText")} />}
        {people.data && people.data.length > 0 && <PeopleTable people={people.data} onMerge={setKept} />}
        {people.data && (
          <ShowMore
            shown={people.data.length}
            hasMore={people.hasNextPage}
            isBusy={people.isFetchingNextPage}
            onMore={() => void people.fetchNextPage()}
          />
        )}
      </section>
      {kept && <MergeDialog kept={kept} onClose={() => setKept(null)} />}
    </div>
  );
}

type PeopleTableProps = { people: Person[]; onMerge: (person: Person) => void };

function PeopleTable({ people, onMerge }: PeopleTableProps) {
  const { t } = useTranslation(["admin", "common"]);
  const me = useQuery(meQuery);
  const named = (role: string) => {
    const known = ROLES.find((each) => each === role);
    return known ? t(`common:roles.${known}`) : role;
  };
  const columns: Column<Person>[] = [
    { key: "name", head: t("people.name"), cell: (person) => <PersonName person={person} /> },
    { key: "email", head: t("people.email"), cell: ({ email }) => email },
    { key: "roles", head: t("people.roles"), cell: ({ roles }) => roles.map(named).join(", ") || "–" },
    {
      key: "active",
      head: t("people.account"),
      cell: ({ is_active }) => (is_active ? t("people.active") : t("people.inactive")),
    },
    {
      key: "seen",
      head: t("people.seen"),
      cell: ({ last_login_at }) => (last_login_at === null ? t("people.never") : <Moment at={last_login_at} isDateOnly />),
    },
  ];
  if (me.data && may(me.data, "person:manage")) columns.push(mergeColumn(t("people.actions"), onMerge));
  return <Table caption={t("people.title")} columns={columns} rows={people} rowKey={({ id }) => id} />;
}

function mergeColumn(head: string, onMerge: (person: Person) => void): Column<Person> {
  return {
    key: "merge",
    head,
    cell: (person) => (person.is_active ? <MergeButton person={person} onMerge={onMerge} /> : "–"),
  };
}

function MergeButton({ person, onMerge }: { person: Person; onMerge: (person: Person) => void }) {
  const { t } = useTranslation("admin");
  return (
    <Button isSmall aria-label={t("merge.openNamed", { name: person.full_name })} onClick={() => onMerge(person)}>
      {t("merge.open")}
    </Button>
  );
}
