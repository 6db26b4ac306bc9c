import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { api, newIdempotencyKey } from "../api/client";
import type { SessionSummary, TestDesign } from "../api/contract";
import { sessionQuery } from "../api/queries";
import { bodyOf } from "../api/reach";
import { Failure } from "../components/States";

type TestCardProps = { design: TestDesign; unfinished: SessionSummary | null };

/** A test on offer, with one button that leads to its first item or back to where it was left. */
export function TestCard({ design, unfinished }: TestCardProps) {
  const { t } = useTranslation(["learner", "common"]);
  const start = useStart(design.id);
  return (
    <li className="card test-card" data-mode={design.mode}>
      <p className="tag">{t(`common:mode.${design.mode}`)}</p>
      <h3>{design.name}</h3>
      <p>{design.description}</p>
      <p className="facts">
        <Length design={design} /> · <TimeLimit design={design} />
        <br />
        {t(`common:mode.${design.mode}Text`)}
      </p>
      {start.error && <Failure error={start.error} />}
      {unfinished ? (
        <Link
          to="/sessions/$sessionId"
          params={{ sessionId: unfinished.id }}
          className="button"
          aria-label={t("home.resumeNamed", { name: design.name })}
        >
          {t("home.resume")}
        </Link>
      ) : (
        <button
          type="button"
          className="button button-primary"
          aria-label={t("home.startNamed", { name: design.name })}
          disabled={start.isPending || start.isSuccess}
          onClick={() => start.mutate()}
        >
          {start.isPending ? t("home.starting") : t("home.start")}
        </button>
      )}
    </li>
  );
}

function useStart(testDesignId: string) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => {
      const params = { header: { "Idempotency-Key": newIdempotencyKey() } };
      return bodyOf(api.POST("/api/v1/sessions", { params, body: { test_design_id: testDesignId } }));
    },
    onSuccess: (session) => {
      queryClient.setQueryData(sessionQuery(session.id).queryKey, session);
      return navigate({ to: "/sessions/$sessionId", params: { sessionId: session.id } });
    },
  });
}

function Length({ design: { min_items: min, max_items: max } }: { design: TestDesign }) {
  const { t } = useTranslation(["learner", "common"]);
  return <span>{min === max ? t("home.questionsFixed", { max }) : t("home.questions", { min, max })}</span>;
}

function TimeLimit({ design: { time_limit_seconds: seconds } }: { design: TestDesign }) {
  const { t } = useTranslation(["learner", "common"]);
  return <span>{seconds === null ? t("home.noLimit") : t("home.minutes", { count: Math.round(seconds / 60) })}</span>;
}
