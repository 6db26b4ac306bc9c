import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { SchoolClass } from "../api/contract";
import { Badge } from "../components/Badge";
import { Button } from "../components/Button";
import { Listing } from "../components/Listing";
import { PageHeading } from "../components/PageHeading";
import { Table, type Column } from "../components/Table";
import { useFormats } from "../i18n/format";
import { NewClassDialog } from "./NewClassDialog";
import { classesQuery } from "./queries";

/** All classes of the school, and a way to make another one. */
export function ClassesPage() {
  const { t } = useTranslation("admin");
  const classes = useInfiniteQuery(classesQuery);
  const [isMaking, setIsMaking] = useState(false);
  return (
    <div className="page">
      <div className="page-top">
        <PageHeading title={t("classes.title")} />
        <p className="lead">{t("classes.lead")}</p>
        <div className="page-tools">
          <Button variant="primary" onClick={() => setIsMaking(true)}>
            {t("classes.new")}
          </Button>
        </div>
      </div>
      <section aria-label={t("classes.list")}>
        <Listing list={classes} noneTitle={t("classes.noneTitle")} noneText={t("classes.noneText")}>
          {(rows) => <ClassTable classes={rows} />}
        </Listing>
      </section>
      {isMaking && <NewClassDialog onClose={() => setIsMaking(false)} />}
    </div>
  );
}

function ClassTable({ classes }: { classes: SchoolClass[] }) {
  const { t } = useTranslation("admin");
  const { number } = useFormats();
  const columns: Column<SchoolClass>[] = [
    {
      key: "name",
      head: t("classes.name"),
      cell: ({ id, name }) => (
        <Link to="/admin/classes/$classId" params={{ classId: id }}>
          {name}
        </Link>
      ),
    },
    { key: "subject", head: t("classes.subject"), cell: ({ subject }) => subject || "–" },
    { key: "learners", head: t("classes.learners"), cell: ({ learner_count }) => number(learner_count), isNumber: true },
    {
      key: "state",
      head: t("classes.state"),
      cell: ({ archived_at }) =>
        archived_at === null ? <Badge tone="good">{t("classes.current")}</Badge> : <Badge>{t("classes.archived")}</Badge>,
    },
  ];
  return <Table caption={t("classes.title")} columns={columns} rows={classes} rowKey={({ id }) => id} />;
}
