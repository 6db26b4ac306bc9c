import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Person } from "../api/contract";
import { Badge } from "../components/Badge";
import { buttonClass } from "../components/Button";
import { Listing } from "../components/Listing";
import { PageHeading } from "../components/PageHeading";
import { SearchField } from "../components/SearchField";
import { Select } from "../components/Select";
import { Table, type Column } from "../components/Table";
import { Moment } from "../i18n/Moment";
import { PersonName } from "./PersonName";
import { peopleQuery } from "./queries";
import { ROLES, useRoleName, type Role } from "./roles";

/** Everybody of the organisation: found by name, address and role. */
export function PeoplePage() {
  const { t } = useTranslation(["admin", "common"]);
  const [search, setSearch] = useState("");
  const [role, setRole] = useState<Role | "">("");
  const people = useInfiniteQuery(peopleQuery(search, role));
  return (
    <div className="page">
      <div className="page-top">
        <PageHeading title={t("people.title")} />
        <p className="lead">{t("people.lead")}</p>
        <div className="page-tools">
          <Link to="/admin/invitations" className={buttonClass()}>
            {t("invitations.title")}
          </Link>
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
        <Listing list={people} noneTitle={t("people.noneTitle")} noneText={t("people.noneText")}>
          {(rows) => <PeopleTable people={rows} />}
        </Listing>
      </section>
    </div>
  );
}

function PeopleTable({ people }: { people: Person[] }) {
  const { t } = useTranslation("admin");
  const nameOf = useRoleName();
  const columns: Column<Person>[] = [
    { key: "name", head: t("people.name"), cell: (person) => <PersonName person={person} linkTo={person.id} /> },
    { key: "email", head: t("people.email"), cell: ({ email }) => email },
    { key: "roles", head: t("people.roles"), cell: ({ roles }) => roles.map(nameOf).join(", ") || "–" },
    {
      key: "active",
      head: t("people.account"),
      cell: ({ is_active }) => (is_active ? t("people.active") : <Badge tone="warm">{t("people.inactive")}</Badge>),
    },
    {
      key: "seen",
      head: t("people.seen"),
      cell: ({ last_login_at }) => (last_login_at === null ? t("people.never") : <Moment at={last_login_at} isDateOnly />),
    },
  ];
  return <Table caption={t("people.title")} columns={columns} rows={people} rowKey={({ id }) => id} />;
}
