import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { Concept } from "../api/contract";
import { PageHeading } from "../components/PageHeading";
import { EmptyState, Failure, Loading } from "../components/States";
import { Table, type Column } from "../components/Table";
import { useFormats } from "../i18n/format";
import { AuthorNavigation } from "./AuthorNavigation";
import { levels } from "./graph";
import { conceptsQuery } from "./queries";
import { SkillGraph } from "./SkillGraph";

/** What is taught, and what builds on what: as a picture and as a list. */
export function SkillsPage() {
  const { t } = useTranslation("author");
  const concepts = useQuery(conceptsQuery);
  return (
    <div className="page">
      <div className="page-top">
        <AuthorNavigation />
        <PageHeading title={t("skills.title")} />
        <p className="lead">{t("skills.lead")}</p>
      </div>
      {concepts.isPending && <Loading />}
      {concepts.isError && <Failure error={concepts.error} onRetry={() => void concepts.refetch()} />}
      {concepts.data?.length === 0 && <EmptyState title={t("skills.noneTitle")} text={t("skills.noneText")} />}
      {concepts.data && concepts.data.length > 0 && (
        <>
          <SkillGraph concepts={concepts.data} />
          <section aria-labelledby="skills-list">
            <h2 id="skills-list">{t("skills.list")}</h2>
            <SkillTable concepts={concepts.data} />
          </section>
        </>
      )}
    </div>
  );
}

function SkillTable({ concepts }: { concepts: Concept[] }) {
  const { t } = useTranslation("author");
  const { number } = useFormats();
  const nameOf = new Map(concepts.map(({ code, name }) => [code, name]));
  const level = levels(concepts);
  const columns: Column<Concept>[] = [
    {
      key: "name",
      head: t("items.skill"),
      cell: ({ name, description }) => (
        <>
          {name}
          <span className="skill-description">{description}</span>
        </>
      ),
      sortBy: ({ name }) => name,
    },
    {
      key: "level",
      head: t("skills.level"),
      cell: ({ code }) => number((level.get(code) ?? 0) + 1),
      sortBy: ({ code }) => level.get(code) ?? 0,
      isNumber: true,
    },
    {
      key: "prerequisites",
      head: t("skills.buildsOn"),
      cell: ({ prerequisites }) => prerequisites.map((code) => nameOf.get(code) ?? code).join(", ") || "–",
    },
    {
      key: "items",
      head: t("items.title"),
      cell: ({ code, name, item_count }) => (
        <Link
          to="/author/items"
          search={{ concept: code }}
          aria-label={t("skills.itemsOf", { count: item_count, skill: name })}
        >
          {number(item_count)}
        </Link>
      ),
      sortBy: ({ item_count }) => item_count,
      isNumber: true,
    },
  ];
  return (
    <Table
      caption={t("skills.title")}
      columns={columns}
      rows={concepts}
      rowKey={({ code }) => code}
      sortedAtFirst={{ key: "level", isDescending: false }}
    />
  );
}
