import { useState } from "react";
import { useTranslation } from "react-i18next";

import { NetworkFailure } from "../api/problem";
import { Badge } from "../components/Badge";
import { Button } from "../components/Button";
import { ConfirmDialog } from "../components/ConfirmDialog";
import { Dialog } from "../components/Dialog";
import { JobBadge } from "../components/JobBadge";
import { Menu } from "../components/Menu";
import { Progress } from "../components/Progress";
import { EmptyState, Failure, Loading } from "../components/States";
import { Tabs } from "../components/Tabs";
import { useToast } from "../components/useToast";

const TABS = ["learners", "skills", "assignments"] as const;

export function Dialogs() {
  const { t } = useTranslation("design");
  const { show } = useToast();
  const [open, setOpen] = useState<"dialog" | "question" | null>(null);
  const close = () => setOpen(null);
  return (
    <section aria-labelledby="design-dialogs">
      <h2 id="design-dialogs">{t("dialogs")}</h2>
      <div className="design-row">
        <Button onClick={() => setOpen("dialog")}>{t("openDialog")}</Button>
        <Button onClick={() => setOpen("question")}>{t("ask")}</Button>
        <Button onClick={() => show({ text: t("saved") })}>{t("say")}</Button>
        <Button onClick={() => show({ text: t("fault"), tone: "alarm" })}>{t("sayFault")}</Button>
      </div>
      {open === "dialog" && (
        <Dialog title={t("openDialog")} onClose={close}>
          <p>{t("dialogText")}</p>
        </Dialog>
      )}
      {open === "question" && (
        <ConfirmDialog
          title={t("askTitle")}
          text={t("askText")}
          cancel={t("keep")}
          confirm={t("delete")}
          isDangerous
          onCancel={close}
          onConfirm={close}
        />
      )}
    </section>
  );
}

export function ProgressBars() {
  const { t } = useTranslation("design");
  return (
    <section aria-labelledby="design-progress">
      <h2 id="design-progress">{t("progress")}</h2>
      <Progress label={t("progressLabel")} value={0} max={12} text={t("progressText", { done: 0, all: 12 })} />
      <Progress label={t("progressLabel")} value={7} max={12} text={t("progressText", { done: 7, all: 12 })} />
      <Progress label={t("progressLabel")} value={12} max={12} text={t("progressText", { done: 12, all: 12 })} />
    </section>
  );
}

export function TabsAndMenu() {
  const { t } = useTranslation("design");
  const { show } = useToast();
  const [chosen, setChosen] = useState<(typeof TABS)[number]>("learners");
  return (
    <section aria-labelledby="design-tabs">
      <h2 id="design-tabs">{t("tabs")}</h2>
      <Tabs
        label={t("tabsLabel")}
        chosen={chosen}
        onChoose={setChosen}
        tabs={TABS.map((key) => ({ key, title: t(`tab.${key}`), content: () => <p>{t("tabText")}</p> }))}
      />
      <div className="design-row">
        <Menu
          label={t("menu")}
          actions={[
            { key: "extend", text: t("action.extend"), onChoose: () => show({ text: t("saved") }) },
            { key: "void", text: t("action.void"), isDangerous: true, onChoose: () => show({ text: t("saved") }) },
          ]}
        />
        <Badge>{t("waiting")}</Badge>
        <Badge tone="good">{t("well")}</Badge>
        <Badge tone="warm">{t("help")}</Badge>
        <Badge tone="alarm">{t("fault")}</Badge>
        <JobBadge status="running" progress={0.4} />
      </div>
    </section>
  );
}

export function States() {
  const { t } = useTranslation("design");
  return (
    <section aria-labelledby="design-states">
      <h2 id="design-states">{t("states")}</h2>
      <Loading />
      <EmptyState title={t("emptyTitle")} text={t("emptyText")} />
      <Failure error={new NetworkFailure()} onRetry={() => undefined} />
      <aside className="callout">
        <h3 className="callout-title">{t("calloutTitle")}</h3>
        <p>{t("callout")}</p>
      </aside>
    </section>
  );
}
