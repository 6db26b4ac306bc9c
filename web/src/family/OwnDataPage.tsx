import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { Me } from "../api/contract";
import { may } from "../api/permissions";
import { meQuery } from "../api/queries";
import { PageHeading } from "../components/PageHeading";
import { Select } from "../components/Select";
import { EmptyState, Failure, Loading } from "../components/States";
import { wardsQuery } from "./queries";

/** Somebody whose data it is about; `isMe` where it is one's own. */
export type Subject = { id: string; name: string; isMe: boolean };

type OwnDataPageProps = {
  title: string;
  lead: string;
  address: "/settings/privacy" | "/settings/disclosures";
  /** Whose data the address asks for; one's own, or the first ward's, without it. */
  of: string | undefined;
  /** Whether there is anything of whoever is a guardian and nothing else. */
  isForGuardians: boolean;
  children: (subject: Subject, me: Me) => ReactNode;
};

/** A page below the settings about what is kept of oneself, or of a ward, whom the address names. */
export function OwnDataPage({ title, lead, children, ...choice }: OwnDataPageProps) {
  const { t } = useTranslation("settings");
  const me = useQuery(meQuery);
  return (
    <div className="page">
      <div className="page-top">
        <p>
          <Link to="/settings">{t("title")}</Link>
        </p>
        <PageHeading title={title} />
        <p className="lead">{lead}</p>
      </div>
      {me.isPending && <Loading />}
      {me.isError && <Failure error={me.error} onRetry={() => void me.refetch()} />}
      {me.data && (
        <Chosen me={me.data} {...choice}>
          {children}
        </Chosen>
      )}
    </div>
  );
}

type ChosenProps = Omit<OwnDataPageProps, "title" | "lead"> & { me: Me };

function Chosen({ me, address, of, isForGuardians, children }: ChosenProps) {
  const { t } = useTranslation("family");
  const navigate = useNavigate();
  const isGuardian = may(me, "ward:read:own");
  const wards = useQuery({ ...wardsQuery, enabled: isGuardian });
  const subjects = wards.data?.items.map(({ learner_id: id, learner_name: name }): Subject => ({ id, name, isMe: false })) ?? [];
  if (isForGuardians || me.roles.some((role) => role !== "guardian")) {
    subjects.unshift({ id: me.id, name: me.full_name, isMe: true });
  }
  const subject = subjects.find(({ id }) => id === of) ?? subjects[0];
  return (
    <>
      {isGuardian && wards.isPending && <Loading />}
      {wards.isError && <Failure error={wards.error} onRetry={() => void wards.refetch()} />}
      {subjects.length > 1 && subject && (
        <div className="filters">
          <Select
            label={t("whose")}
            value={subject.id}
            options={subjects.map(({ id, name, isMe }) => ({ value: id, text: isMe ? t("myself", { name }) : name }))}
            onChange={(id) => void navigate({ to: address, search: id === me.id ? {} : { of: id }, replace: true })}
          />
        </div>
      )}
      {subject && !(of !== undefined && isGuardian && wards.isPending) && children(subject, me)}
      {!subject && wards.isSuccess && <EmptyState title={t("none")} text={t("noneText")} />}
    </>
  );
}
