import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { Badge } from "../components/Badge";
import { PageHeading } from "../components/PageHeading";
import { EmptyState, Failure, Loading } from "../components/States";
import type { SchoolClass } from "./contract";
import { classesQuery } from "./queries";

/** The classes of a teacher, or all of the school for who oversees them. */
export function ClassesPage() {
  const { t } = useTranslation("teacher");
  const classes = useQuery(classesQuery);
  const own = classes.data?.filter(({ role }) => role !== "learner") ?? [];
  const current = own.filter(({ archived_at }) => archived_at === null);
  const archived = own.filter(({ archived_at }) => archived_at !== null);
  return (
    <div className="page">
      <div className="page-top">
        <PageHeading title={t("title")} />
        <p className="lead">{t("classes.lead")}</p>
      </div>
      {classes.isPending && <Loading />}
      {classes.isError && <Failure error={classes.error} onRetry={() => void classes.refetch()} />}
      {classes.isSuccess && current.length === 0 && <EmptyState title={t("classes.none")} text={t("classes.noneText")} />}
      {current.length > 0 && <Cards classes={current} />}
      {archived.length > 0 && (
        <section aria-labelledby="archived-title">
          <h2 id="archived-title">{t("classes.archived")}</h2>
          <Cards classes={archived} />
        </section>
      )}
    </div>
  );
}

function Cards({ classes }: { classes: SchoolClass[] }) {
  const { t } = useTranslation("teacher");
  return (
    <ul className="class-cards">
      {classes.map((each) => (
        <li key={each.id} className="card class-card">
          <Link to="/teach/classes/$classId" params={{ classId: each.id }} search={{}} className="class-name">
            {each.name}
          </Link>
          {each.subject && <p>{each.subject}</p>}
          <p className="hint">{t("classes.learners", { count: each.learner_count })}</p>
          {each.archived_at !== null && <Badge>{t("classes.archivedOne")}</Badge>}
        </li>
      ))}
    </ul>
  );
}
