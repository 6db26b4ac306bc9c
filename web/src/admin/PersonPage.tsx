import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { meQuery } from "../api/queries";
import { Badge } from "../components/Badge";
import { Button } from "../components/Button";
import { ConfirmDialog } from "../components/ConfirmDialog";
import { PageHeading } from "../components/PageHeading";
import { Failure, Loading } from "../components/States";
import { Moment } from "../i18n/Moment";
import { MergeDialog } from "./MergeDialog";
import { PersonDialog } from "./PersonDialog";
import { PersonGuardians } from "./PersonGuardians";
import { PersonRoles } from "./PersonRoles";
import { onePersonQuery, type OnePerson } from "./queries";
import { useChangePerson, useRemoveFactors, useSignOutEverywhere } from "./usePerson";

/** Somebody of the organisation: their account, their roles, who their guardians or wards are, and what else is known. */
export function PersonPage() {
  const { t } = useTranslation("admin");
  const { userId } = useParams({ from: "/signed-in/admin/people/$userId" });
  const read = useQuery(onePersonQuery(userId));
  return (
    <div className="page" key={userId}>
      <p className="crumbs">
        <Link to="/admin/people">{t("people.title")}</Link>
      </p>
      {read.isPending && <Loading />}
      {read.isError && <Failure error={read.error} onRetry={() => void read.refetch()} />}
      {read.data && (
        <>
          <Head person={read.data.shown} etag={read.data.etag} />
          <Account person={read.data.shown} />
          <PersonRoles person={read.data.shown} />
          <PersonGuardians person={read.data.shown} />
          <Elsewhere person={read.data.shown} />
        </>
      )}
    </div>
  );
}

type Open = "change" | "suspend" | "sign out" | "factors" | "merge" | null;

function Head({ person, etag }: { person: OnePerson; etag: string }) {
  const { t } = useTranslation(["admin", "common"]);
  const me = useQuery(meQuery);
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const change = useChangePerson(person, etag, close);
  const signOut = useSignOutEverywhere(person, close);
  const removeFactors = useRemoveFactors(person, close);
  const isMe = me.data?.id === person.id;
  const error = open === "change" ? null : (change.error ?? signOut.error ?? removeFactors.error);
  return (
    <div className="page-top">
      <PageHeading title={person.full_name} />
      <p className="page-tools">
        <span className="lead">{person.email}</span>
        {!person.is_active && <Badge tone="warm">{t("people.inactive")}</Badge>}
        {person.is_simulated && <Badge tone="warm">{t("common:simulated")}</Badge>}
      </p>
      <div className="page-tools">
        <Button isSmall onClick={() => setOpen("change")}>
          {t("person.change")}
        </Button>
        {person.is_active && (
          <Button isSmall aria-label={t("merge.openNamed", { name: person.full_name })} onClick={() => setOpen("merge")}>
            {t("merge.open")}
          </Button>
        )}
        {person.is_active && !isMe && (
          <>
            <Button isSmall onClick={() => setOpen("sign out")}>
              {t("person.signOut")}
            </Button>
            <Button isSmall onClick={() => setOpen("factors")}>
              {t("person.factors")}
            </Button>
            <Button isSmall variant="danger" onClick={() => setOpen("suspend")}>
              {t("person.suspend")}
            </Button>
          </>
        )}
        {!person.is_active && (
          <Button isSmall isBusy={change.isPending} onClick={() => change.mutate({ is_active: true })}>
            {t("person.restore")}
          </Button>
        )}
      </div>
      {error !== null && <Failure error={error} />}
      {open === "change" && (
        <PersonDialog person={person} error={change.error} isBusy={change.isPending} onSave={change.mutate} onClose={close} />
      )}
      {open === "merge" && <MergeDialog kept={person} onClose={close} />}
      {open === "suspend" && (
        <ConfirmDialog
          title={t("person.suspendTitle", { name: person.full_name })}
          text={t("person.suspendText")}
          cancel={t("cancel")}
          confirm={t("person.suspend")}
          isDangerous
          onCancel={close}
          onConfirm={() => {
            close();
            change.mutate({ is_active: false });
          }}
        />
      )}
      {open === "factors" && (
        <ConfirmDialog
          title={t("person.factorsTitle", { name: person.full_name })}
          text={t("person.factorsText")}
          cancel={t("cancel")}
          confirm={t("person.factors")}
          isDangerous
          onCancel={close}
          onConfirm={() => {
            close();
            removeFactors.mutate(null);
          }}
        />
      )}
      {open === "sign out" && (
        <ConfirmDialog
          title={t("person.signOutTitle", { name: person.full_name })}
          text={t("person.signOutText")}
          cancel={t("cancel")}
          confirm={t("person.signOut")}
          onCancel={close}
          onConfirm={() => {
            close();
            signOut.mutate(null);
          }}
        />
      )}
    </div>
  );
}

function Account({ person }: { person: OnePerson }) {
  const { t } = useTranslation("admin");
  const { last_login_at: seen, age_band: age } = person;
  return (
    <section aria-labelledby="person-account">
      <h2 id="person-account">{t("people.account")}</h2>
      <dl className="facts-list">
        <div>
          <dt>{t("person.state")}</dt>
          <dd>{person.is_active ? t("people.active") : t("people.inactive")}</dd>
        </div>
        <div>
          <dt>{t("people.seen")}</dt>
          <dd>{seen === null ? t("people.never") : <Moment at={seen} />}</dd>
        </div>
        <div>
          <dt>{t("person.age")}</dt>
          <dd>{age === null ? t("person.ages.unknown") : t(`person.ages.${age}`)}</dd>
        </div>
      </dl>
    </section>
  );
}

/** Where else one reads of them. */
function Elsewhere({ person }: { person: OnePerson }) {
  const { t } = useTranslation("admin");
  const learns = person.memberships.some(({ role }) => role === "learner");
  return (
    <section aria-labelledby="person-elsewhere">
      <h2 id="person-elsewhere">{t("person.elsewhere")}</h2>
      <ul className="plain-list">
        {learns && (
          <li>
            <Link to="/teach/learners/$learnerId" params={{ learnerId: person.id }}>
              {t("person.results")}
            </Link>
          </li>
        )}
        {learns && (
          <li>
            <Link to="/teach/learners/$learnerId/disclosures" params={{ learnerId: person.id }}>
              {t("person.disclosures")}
            </Link>
          </li>
        )}
        <li>
          <Link to="/admin/audit" search={{ person: person.id, as: "subject" }}>
            {t("person.about")}
          </Link>
        </li>
        <li>
          <Link to="/admin/audit" search={{ person: person.id }}>
            {t("person.did")}
          </Link>
        </li>
        <li>
          <Link to="/admin/data-requests">{t("people.dataRequests")}</Link>
        </li>
      </ul>
    </section>
  );
}
