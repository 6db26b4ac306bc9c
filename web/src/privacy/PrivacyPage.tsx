import "./privacy.css";

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Me } from "../api/contract";
import { may } from "../api/permissions";
import { meQuery } from "../api/queries";
import { Button } from "../components/Button";
import { PageHeading } from "../components/PageHeading";
import { Select } from "../components/Select";
import { Failure, Loading } from "../components/States";
import { ConsentsSection } from "../consents/ConsentsSection";
import { wardsQuery } from "../family/queries";
import { useFormats } from "../i18n/format";
import { EraseDialog } from "./EraseDialog";
import { ErasureTable, isWaiting, useCallOff } from "./Erasures";
import { ExportTable, useAskForExport } from "./Exports";
import { Listing } from "./Listing";
import { erasuresQuery, exportsQuery, type Erasure, type Subject } from "./queries";
import { WhatIsKept } from "./WhatIsKept";

/** What is kept of oneself and of one's wards: what it is, how to get a copy of it, and how to have it erased. */
export function PrivacyPage() {
  const { t } = useTranslation(["privacy", "settings"]);
  const me = useQuery(meQuery);
  return (
    <div className="page">
      <div className="page-top">
        <p>
          <Link to="/settings">{t("settings:title")}</Link>
        </p>
        <PageHeading title={t("title")} />
        <p className="lead">{t("lead")}</p>
      </div>
      {me.isPending && <Loading />}
      {me.isError && <Failure error={me.error} onRetry={() => void me.refetch()} />}
      {me.data && <Mine me={me.data} />}
    </div>
  );
}

function Mine({ me }: { me: Me }) {
  const { t } = useTranslation("privacy");
  const { of: chosen } = useSearch({ from: "/signed-in/settings/privacy" });
  const navigate = useNavigate();
  const wards = useQuery({ ...wardsQuery, enabled: may(me, "ward:read:own") });
  const own: Subject = { id: me.id, name: me.full_name, isMe: true };
  const theirs = wards.data?.items.map(({ learner_id: id, learner_name: name }): Subject => ({ id, name, isMe: false })) ?? [];
  const subjects = [own, ...theirs];
  const subject = subjects.find(({ id }) => id === chosen) ?? own;
  return (
    <>
      {wards.isError && <Failure error={wards.error} onRetry={() => void wards.refetch()} />}
      {theirs.length > 0 && (
        <div className="filters">
          <Select
            label={t("whose")}
            value={subject.id}
            options={subjects.map(({ id, name }) => ({ value: id, text: name }))}
            onChange={(id) => void navigate({ to: "/settings/privacy", search: id === me.id ? {} : { of: id }, replace: true })}
          />
        </div>
      )}
      <WhatIsKept />
      {may(me, "consent:read:own") && <ConsentsSection key={`consents ${subject.id}`} subject={subject} />}
      <Copies key={`copies ${subject.id}`} subject={subject} />
      <Deletion key={`deletion ${subject.id}`} subject={subject} />
    </>
  );
}

function Copies({ subject }: { subject: Subject }) {
  const { t } = useTranslation("privacy");
  const exports = useInfiniteQuery(exportsQuery(subject.id));
  const ask = useAskForExport();
  return (
    <section aria-labelledby="privacy-copies">
      <h2 id="privacy-copies">{t("exports.title")}</h2>
      <p>{t("exports.lead")}</p>
      {ask.error !== null && <Failure error={ask.error} />}
      <p>
        <Button variant="primary" isBusy={ask.isPending} onClick={() => ask.mutate(subject.id)}>
          {subject.isMe ? t("exports.ask") : t("exports.askFor", { name: subject.name })}
        </Button>
      </p>
      <Listing list={exports} noneTitle={t("exports.noneTitle")} noneText={t("exports.noneText")}>
        {(rows) => <ExportTable exports={rows} />}
      </Listing>
    </section>
  );
}

function Deletion({ subject }: { subject: Subject }) {
  const { t } = useTranslation("privacy");
  const [isAsking, setIsAsking] = useState(false);
  const erasures = useInfiniteQuery(erasuresQuery(subject.id));
  const open = erasures.data?.find((erasure) => isWaiting(erasure));
  return (
    <section aria-labelledby="privacy-deletion">
      <h2 id="privacy-deletion">{subject.isMe ? t("erase.section") : t("erase.sectionOf", { name: subject.name })}</h2>
      <p>{t("erase.lead")}</p>
      <p>{t("erase.stays")}</p>
      {open && <Waiting erasure={open} />}
      {erasures.data && !open && (
        <p>
          <Button variant="danger" onClick={() => setIsAsking(true)}>
            {subject.isMe ? t("erase.ask") : t("erase.askFor", { name: subject.name })}
          </Button>
        </p>
      )}
      <h3>{t("erasures.mine")}</h3>
      <Listing list={erasures} noneTitle={t("erasures.noneTitle")} noneText={t("erasures.noneText")}>
        {(rows) => <ErasureTable erasures={rows} />}
      </Listing>
      {isAsking && <EraseDialog subject={subject} onClose={() => setIsAsking(false)} />}
    </section>
  );
}

/** When it begins, and the way to call it off. */
function Waiting({ erasure }: { erasure: Erasure }) {
  const { t } = useTranslation("privacy");
  const { moment } = useFormats();
  const callOff = useCallOff();
  return (
    <div className="callout">
      <p className="callout-title">{t("erasures.waitingTitle", { date: moment(erasure.due_at) })}</p>
      <p>{erasure.status === "held" ? t("erasures.heldText") : t("erasures.waitingText")}</p>
      {callOff.error !== null && <Failure error={callOff.error} />}
      <p>
        <Button variant="primary" isBusy={callOff.isPending} onClick={() => callOff.mutate(erasure.id)}>
          {t("erasures.keepAccount")}
        </Button>
      </p>
    </div>
  );
}
