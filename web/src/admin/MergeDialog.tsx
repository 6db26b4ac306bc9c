import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import type { Person } from "../api/contract";
import { bodyOf } from "../api/reach";
import { Button } from "../components/Button";
import { Dialog } from "../components/Dialog";
import { Failure, Loading } from "../components/States";
import { useToast } from "../components/useToast";
import { PersonSearch } from "./PersonSearch";
import { mergeQuery } from "./queries";

const KINDS = [
  "test_sessions",
  "concepts",
  "enrolments",
  "extensions",
  "accommodations",
  "roles",
  "guardianships",
  "ages",
  "identities",
  "roster_links",
] as const;

/** An account, as far as it has to be told from another. */
type Account = Pick<Person, "id" | "full_name" | "email">;
type MergeDialogProps = { kept: Account; onClose: () => void };

/** Makes another account of the same person a part of this one: which, what would move, and then for good. */
export function MergeDialog({ kept, onClose }: MergeDialogProps) {
  const { t } = useTranslation("admin");
  const [other, setOther] = useState<Person | null>(null);
  const step = useStepFocus(other);
  return (
    <Dialog title={t("merge.title", { name: kept.full_name })} isWide onClose={onClose}>
      <div ref={step} tabIndex={other === null ? undefined : -1} className="fields dialog-step">
        {other === null ? (
          <>
            <p>{t("merge.lead", { email: kept.email })}</p>
            <PersonSearch label={t("merge.search")} hint={t("enrol.hint")}>
              {(person) => person.id !== kept.id && <ChooseButton person={person} onChoose={setOther} />}
            </PersonSearch>
            <div className="actions">
              <Button onClick={onClose}>{t("cancel")}</Button>
            </div>
          </>
        ) : (
          <Preview kept={kept} other={other} onBack={() => setOther(null)} onClose={onClose} />
        )}
      </div>
    </Dialog>
  );
}

/** Puts the focus into each step after the first: the button that led to it is gone. */
function useStepFocus(other: Person | null) {
  const step = useRef<HTMLDivElement>(null);
  const shown = useRef(other);
  useEffect(() => {
    if (shown.current === other) return;
    shown.current = other;
    (other === null ? step.current?.querySelector("input") : step.current)?.focus();
  }, [other]);
  return step;
}

function ChooseButton({ person, onChoose }: { person: Person; onChoose: (person: Person) => void }) {
  const { t } = useTranslation("admin");
  const named = t("merge.chooseNamed", { name: person.full_name, email: person.email });
  return (
    <Button isSmall aria-label={named} onClick={() => onChoose(person)}>
      {t("merge.choose")}
    </Button>
  );
}

type PreviewProps = MergeDialogProps & { other: Person; onBack: () => void };

/** What the server says would move, and the two ways on. */
function Preview({ kept, other, onBack, onClose }: PreviewProps) {
  const { t } = useTranslation("admin");
  const planned = useQuery(mergeQuery(kept.id, other.id));
  const merge = useMerge(kept, other, onClose);
  return (
    <>
      <p>{t("merge.stays", { name: kept.full_name, email: kept.email })}</p>
      <p className="callout">{t("merge.closes", { name: other.full_name, email: other.email })}</p>
      {planned.isPending && <Loading />}
      {planned.isError && <Failure error={planned.error} onRetry={() => void planned.refetch()} />}
      {merge.error !== null && <Failure error={merge.error} />}
      {planned.data && <Moved counts={planned.data.moved} />}
      <div className="actions">
        <Button variant="primary" onClick={onBack}>
          {t("merge.back")}
        </Button>
        {planned.data && (
          <Button variant="danger" isBusy={merge.isPending} onClick={() => merge.mutate()}>
            {t("merge.merge")}
          </Button>
        )}
      </div>
    </>
  );
}

function Moved({ counts }: { counts: Record<string, number> }) {
  const { t } = useTranslation("admin");
  const moving = KINDS.filter((kind) => (counts[kind] ?? 0) > 0);
  return (
    <div role="status" className="fields">
      <h3>{t("merge.moves")}</h3>
      {moving.length === 0 && <p>{t("merge.nothing")}</p>}
      {moving.length > 0 && (
        <dl className="facts-list">
          {moving.map((kind) => (
            <div key={kind}>
              <dt>{t(`merge.kinds.${kind}`)}</dt>
              <dd>{counts[kind]}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}

function useMerge(kept: Account, other: Account, onDone: () => void) {
  const { t } = useTranslation("admin");
  const queryClient = useQueryClient();
  const { show } = useToast();
  return useMutation({
    mutationFn: () => {
      const body = { from_user_id: other.id, is_dry_run: false };
      return bodyOf(api.POST("/api/v1/users/{id}/merge", { params: { path: { id: kept.id } }, body }));
    },
    onSuccess: () => {
      show({ text: t("merge.done", { name: kept.full_name, email: kept.email }), tone: "good" });
      onDone();
      // Whatever was read of either of them may be another's now.
      void queryClient.invalidateQueries();
    },
  });
}
