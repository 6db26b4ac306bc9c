import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "../components/Button";
import { ConfirmDialog } from "../components/ConfirmDialog";
import { Dialog } from "../components/Dialog";
import { Listing } from "../components/Listing";
import { Select } from "../components/Select";
import { Failure } from "../components/States";
import { Table, type Column } from "../components/Table";
import { Moment } from "../i18n/Moment";
import { PersonSearch } from "./PersonSearch";
import { guardianshipsQuery, type Guardianship, type OnePerson } from "./queries";
import { useNameGuardian, useRemoveGuardian } from "./usePerson";

const RELATIONS = ["parent", "guardian", "carer"] as const;
type Side = "guardians" | "wards";

/** A learner's guardians, whom the school names here, and the learners whose guardian somebody is. */
export function PersonGuardians({ person }: { person: OnePerson }) {
  const holds = (wanted: string) => person.memberships.some(({ role }) => role === wanted);
  return (
    <>
      {holds("learner") && <Relations person={person} side="guardians" />}
      {holds("guardian") && <Relations person={person} side="wards" />}
    </>
  );
}

function Relations({ person, side }: { person: OnePerson; side: Side }) {
  const { t } = useTranslation("admin");
  const list = useInfiniteQuery(guardianshipsQuery(person.id, side));
  const remove = useRemoveGuardian();
  const [leaving, setLeaving] = useState<Guardianship | null>(null);
  const [isNaming, setIsNaming] = useState(false);
  const id = `person-${side}`;
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{t(`guardians.${side}`)}</h2>
      {remove.error !== null && <Failure error={remove.error} />}
      <Listing list={list} noneTitle={t(`guardians.${side}NoneTitle`)} noneText={t(`guardians.${side}NoneText`)}>
        {(rows) => <RelationTable rows={rows} side={side} onRemove={setLeaving} />}
      </Listing>
      {side === "guardians" && (
        <p>
          <Button onClick={() => setIsNaming(true)}>{t("guardians.name")}</Button>
        </p>
      )}
      {isNaming && <NameGuardian person={person} onClose={() => setIsNaming(false)} />}
      {leaving && (
        <ConfirmDialog
          title={t("guardians.removeTitle", { guardian: leaving.guardian_name, learner: leaving.learner_name })}
          text={t("guardians.removeText")}
          cancel={t("cancel")}
          confirm={t("guardians.remove")}
          isDangerous
          onCancel={() => setLeaving(null)}
          onConfirm={() => {
            setLeaving(null);
            remove.mutate({ learnerId: leaving.learner_id, guardianId: leaving.guardian_id });
          }}
        />
      )}
    </section>
  );
}

type RelationTableProps = { rows: Guardianship[]; side: Side; onRemove: (row: Guardianship) => void };

function RelationTable({ rows, side, onRemove }: RelationTableProps) {
  const { t } = useTranslation("admin");
  const other = (row: Guardianship) =>
    side === "guardians" ? { id: row.guardian_id, name: row.guardian_name } : { id: row.learner_id, name: row.learner_name };
  const columns: Column<Guardianship>[] = [
    {
      key: "name",
      head: t("people.name"),
      cell: (row) => (
        <Link to="/admin/people/$userId" params={{ userId: other(row).id }}>
          {other(row).name}
        </Link>
      ),
    },
    { key: "relation", head: t("guardians.relation"), cell: ({ relation }) => t(`guardians.relations.${relation}`) },
    { key: "since", head: t("members.since"), cell: ({ created_at }) => <Moment at={created_at} isDateOnly /> },
    {
      key: "remove",
      head: t("people.actions"),
      cell: (row) => (
        <Button isSmall aria-label={t("guardians.removeNamed", { name: other(row).name })} onClick={() => onRemove(row)}>
          {t("guardians.remove")}
        </Button>
      ),
    },
  ];
  return <Table caption={t(`guardians.${side}`)} columns={columns} rows={rows} rowKey={(row) => other(row).id} />;
}

function NameGuardian({ person, onClose }: { person: OnePerson; onClose: () => void }) {
  const { t } = useTranslation("admin");
  const [relation, setRelation] = useState<(typeof RELATIONS)[number]>("parent");
  const name = useNameGuardian(person, onClose);
  return (
    <Dialog title={t("guardians.nameTitle", { name: person.full_name })} onClose={onClose} isWide>
      <div className="fields">
        <p>{t("guardians.nameText")}</p>
        {name.error !== null && <Failure error={name.error} />}
        <Select
          label={t("guardians.relation")}
          value={relation}
          options={RELATIONS.map((value) => ({ value, text: t(`guardians.relations.${value}`) }))}
          onChange={setRelation}
        />
        <PersonSearch label={t("guardians.find")} hint={t("enrol.hint")} withRole="guardian">
          {({ id, full_name }) => (
            <Button
              isSmall
              isBusy={name.isPending}
              aria-label={t("guardians.chooseNamed", { name: full_name })}
              onClick={() => name.mutate({ guardianId: id, relation })}
            >
              {t("guardians.choose")}
            </Button>
          )}
        </PersonSearch>
      </div>
    </Dialog>
  );
}
