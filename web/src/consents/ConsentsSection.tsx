import "./consents.css";

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { Badge } from "../components/Badge";
import { Button } from "../components/Button";
import { ShowMore } from "../components/ShowMore";
import { Failure, Loading } from "../components/States";
import { Table, type Column } from "../components/Table";
import type { Subject } from "../family/OwnDataPage";
import { Moment } from "../i18n/Moment";
import { AskGuardian } from "./AskGuardian";
import { consentsQuery, purposesQuery, standingQuery, type Consent, type ConsentStanding, type PurposeText } from "./queries";
import { useDecide, useWithdraw } from "./useConsent";

/** To what somebody has agreed or somebody for them, what is missing, and the ways to agree and to take it back. */
export function ConsentsSection({ subject }: { subject: Subject }) {
  const { t, i18n } = useTranslation("consents");
  const texts = useQuery(purposesQuery(i18n.language));
  const standing = useQuery(standingQuery(subject.id));
  const consents = useInfiniteQuery(consentsQuery(subject.id));
  const all = [texts, standing, consents];
  const failed = all.find(({ isError }) => isError);
  return (
    <section aria-labelledby="consents-mine">
      <h2 id="consents-mine">{subject.isMe ? t("mine.title") : t("mine.titleOf", { name: subject.name })}</h2>
      {failed && <Failure error={failed.error} onRetry={() => void Promise.all(all.map((query) => query.refetch()))} />}
      {all.some(({ isPending }) => isPending) && !failed && <Loading />}
      {texts.data && standing.data && consents.data && (
        <>
          {standing.data.is_blocked && <Blocked subject={subject} standing={standing.data} />}
          <ul className="consent-list">
            {texts.data.purposes.map((text) => (
              <PurposeItem key={text.purpose} text={text} subject={subject} standing={standing.data} consents={consents.data} />
            ))}
          </ul>
          {consents.data.length > 0 && <h3>{t("mine.history")}</h3>}
          {consents.data.length > 0 && <ConsentTable consents={consents.data} texts={texts.data.purposes} />}
          <ShowMore
            shown={consents.data.length}
            hasMore={consents.hasNextPage}
            isBusy={consents.isFetchingNextPage}
            onMore={() => void consents.fetchNextPage()}
          />
        </>
      )}
    </section>
  );
}

/** That no test can be started yet; for a child, with the way to ask a guardian. */
function Blocked({ subject, standing }: { subject: Subject; standing: ConsentStanding }) {
  const { t } = useTranslation("consents");
  const isChild = subject.isMe && standing.age_band === "under_13";
  return (
    <div className="callout">
      <p>{subject.isMe ? t("mine.blocked") : t("mine.blockedOf", { name: subject.name })}</p>
      {isChild && <AskGuardian subjectId="me" />}
    </div>
  );
}

type PurposeItemProps = { text: PurposeText; subject: Subject; standing: ConsentStanding; consents: Consent[] };

function PurposeItem({ text, subject, standing, consents }: PurposeItemProps) {
  const { t } = useTranslation("consents");
  const decide = useDecide(subject.id);
  const withdraw = useWithdraw();
  const stands = standing.purposes.find(({ purpose }) => purpose === text.purpose);
  if (!stands?.is_needed) return null;
  const capacity = subject.isMe ? "self" : "guardian";
  const mayGive = stands.may_be_given_by.includes(capacity);
  const mine = consents.filter((consent) => consent.purpose === text.purpose && mayWithdraw(consent, subject, standing));
  const error = decide.error ?? withdraw.error;
  return (
    <li className="card consent">
      <div className="consent-head">
        <h3>{text.title}</h3>
        <StandingBadge standing={stands} isOptional={text.is_optional} />
        {text.is_optional && <Badge>{t("optional")}</Badge>}
      </div>
      <p>{text.text}</p>
      {error !== null && <Failure error={error} />}
      <div className="page-tools">
        {!stands.is_given && mayGive && (
          <Button
            aria-label={t("mine.agreeTo", { what: text.title })}
            isBusy={decide.isPending}
            onClick={() => decide.mutate({ text, decision: "given" })}
          >
            {t("mine.agree")}
          </Button>
        )}
        {!stands.is_given && mayGive && !stands.refused_by.includes(capacity) && (
          <Button
            variant="quiet"
            aria-label={t("mine.declineTo", { what: text.title })}
            isBusy={decide.isPending}
            onClick={() => decide.mutate({ text, decision: "refused" })}
          >
            {t("mine.decline")}
          </Button>
        )}
        {mine.length > 0 && (
          <Button
            aria-label={t("mine.withdrawFrom", { what: text.title })}
            isBusy={withdraw.isPending}
            onClick={() => withdraw.mutate(mine)}
          >
            {t("mine.withdraw")}
          </Button>
        )}
        {!mayGive && mine.length === 0 && <span className="hint">{t("mine.notYours")}</span>}
      </div>
    </li>
  );
}

type StandingBadgeProps = { standing: ConsentStanding["purposes"][number]; isOptional: boolean };

function StandingBadge({ standing, isOptional }: StandingBadgeProps) {
  const { t } = useTranslation("consents");
  if (standing.is_given) return <Badge tone="good">{t("mine.given")}</Badge>;
  const text = standing.refused_by.length > 0 ? t("mine.refused") : t("mine.missing");
  return <Badge tone={isOptional ? "plain" : "warm"}>{text}</Badge>;
}

/** Whoever may give one may take it back; from 13 on everybody also those that a guardian gave for them. */
function mayWithdraw(
  { capacity, decision, withdrawn_at }: Consent,
  { isMe }: Subject,
  { age_band }: ConsentStanding,
): boolean {
  if (withdrawn_at !== null || decision === "refused" || capacity === "school") return false;
  return isMe ? age_band !== "under_13" : capacity === "guardian";
}

function ConsentTable({ consents, texts }: { consents: Consent[]; texts: PurposeText[] }) {
  const { t } = useTranslation("consents");
  const columns: Column<Consent>[] = [
    { key: "what", head: t("mine.what"), cell: (row) => texts.find(({ purpose }) => purpose === row.purpose)?.title ?? row.purpose },
    { key: "decision", head: t("mine.decision"), cell: ({ decision }) => t(`decisions.${decision}`) },
    { key: "by", head: t("mine.by"), cell: ({ capacity }) => t(`capacities.${capacity}`) },
    { key: "how", head: t("mine.how"), cell: ({ method }) => t(`methods.${method}`) },
    { key: "given", head: t("mine.givenAt"), cell: ({ given_at }) => <Moment at={given_at} /> },
    { key: "version", head: t("mine.version"), cell: ({ text_version }) => text_version },
    {
      key: "withdrawn",
      head: t("mine.withdrawnAt"),
      cell: ({ withdrawn_at }) => (withdrawn_at === null ? "–" : <Moment at={withdrawn_at} />),
    },
  ];
  return <Table caption={t("mine.history")} columns={columns} rows={consents} rowKey={({ id }) => id} />;
}
