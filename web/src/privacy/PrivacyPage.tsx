import "./privacy.css";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Me } from "../api/contract";
import { may } from "../api/permissions";
import { Button } from "../components/Button";
import { Failure } from "../components/States";
import { ConsentsSection } from "../consents/ConsentsSection";
import { OwnDataPage, type Subject } from "../family/OwnDataPage";
import { useFormats } from "../i18n/format";
import { EraseDialog } from "./EraseDialog";
import { ErasureTable, isWaiting, useCallOff } from "./Erasures";
import { ExportTable, useAskForExport } from "./Exports";
import { Listing } from "../components/Listing";
import { erasuresQuery, exportsQuery, type Erasure } from "./queries";
import { WhatIsKept } from "./WhatIsKept";

/** What is kept of oneself and of one's wards: what it is, how to get a copy of it, and how to have it erased. */
export function PrivacyPage() {
  const { t } = useTranslation("privacy");
  const { of } = useSearch({ from: "/signed-in/settings/privacy" });
  return (
    <OwnDataPage title={t("title")} lead={t("lead")} address="/settings/privacy" of={of} isForGuardians>
      {(subject, me) => (
        <>
          <WhatIsKept />
          {may(me, "consent:read:own") && <ConsentsSection key={`consents ${subject.id}`} subject={subject} />}
          {subject.isMe && isChild(me) ? (
            <AskAGrownUp />
          ) : (
            <>
              <Copies key={`copies ${subject.id}`} subject={subject} />
              <Deletion key={`deletion ${subject.id}`} subject={subject} />
            </>
          )}
        </>
      )}
    </OwnDataPage>
  );
}

/** Children have neither a copy made nor anything erased by themselves. */
function isChild({ age_band }: Me): boolean {
  return age_band === "under_13";
}

function AskAGrownUp() {
  const { t } = useTranslation("privacy");
  return (
    <section aria-labelledby="privacy-grown-up">
      <h2 id="privacy-grown-up">{t("grownUp.title")}</h2>
      <p>{t("grownUp.text")}</p>
    </section>
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
