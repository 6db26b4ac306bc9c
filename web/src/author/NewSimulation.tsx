import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../api/client";
import type { TestDesign } from "../api/contract";
import { bodyOf } from "../api/reach";
import { useRequestKey } from "../api/useRequestKey";
import { Button } from "../components/Button";
import { TextField } from "../components/Field";
import { Select } from "../components/Select";
import { EmptyState, Failure } from "../components/States";
import { useFormats } from "../i18n/format";
import { simulationQuery, simulationsQuery } from "./queries";

const FEWEST = 100;
const MOST = 20_000;

/** Asks for a simulation of a design on its bank, and leads to where it can be watched. */
export function NewSimulation({ designs }: { designs: TestDesign[] }) {
  const { t } = useTranslation("author");
  const { number } = useFormats();
  const [designId, setDesignId] = useState(designs[0]?.id ?? "");
  const [examinees, setExaminees] = useState("1000");
  const [isWrong, setIsWrong] = useState(false);
  const start = useStart();
  const design = designs.find(({ id }) => id === designId);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const count = Number(examinees);
    const isSensible = Number.isInteger(count) && count >= FEWEST && count <= MOST;
    setIsWrong(!isSensible);
    if (isSensible && !start.isPending) start.mutate({ designId, examinees: count });
  };
  if (design === undefined) return <EmptyState title={t("simulations.noDesignTitle")} text={t("simulations.noDesignText")} />;
  const range = { fewest: number(FEWEST), most: number(MOST) };
  return (
    <section aria-labelledby="simulations-new">
      <form className="card fields" noValidate onSubmit={submit}>
        <h2 id="simulations-new">{t("simulations.new")}</h2>
        <div className="filters">
          <Select
            label={t("simulations.design")}
            hint={t("simulations.onBank", { bank: design.bank_name, items: number(design.item_count) })}
            value={designId}
            options={designs.map(({ id, name }) => ({ value: id, text: name }))}
            onChange={setDesignId}
          />
          <TextField
            label={t("simulations.examinees")}
            hint={t("simulations.examineesHint", range)}
            error={isWrong ? t("simulations.examineesWrong", range) : null}
            inputMode="numeric"
            value={examinees}
            onChange={setExaminees}
          />
        </div>
        {start.error && <Failure error={start.error} />}
        <div className="actions">
          <Button type="submit" variant="primary" isBusy={start.isPending}>
            {t("simulations.start")}
          </Button>
        </div>
      </form>
    </section>
  );
}

function useStart() {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const keyOf = useRequestKey();
  return useMutation({
    mutationFn: ({ designId, examinees }: { designId: string; examinees: number }) => {
      const body = { test_design_id: designId, examinees };
      return bodyOf(api.POST("/api/v1/simulations", { params: { header: { "Idempotency-Key": keyOf(body) } }, body }));
    },
    onSuccess: (simulation) => {
      queryClient.setQueryData(simulationQuery(simulation.id).queryKey, simulation);
      void queryClient.invalidateQueries({ queryKey: simulationsQuery.queryKey, exact: true });
      return navigate({ to: "/author/simulations/$simulationId", params: { simulationId: simulation.id } });
    },
  });
}
