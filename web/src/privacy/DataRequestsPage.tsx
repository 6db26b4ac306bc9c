import "../admin/admin.css";
import "./privacy.css";

import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { PageHeading } from "../components/PageHeading";
import { Tabs } from "../components/Tabs";
import { AnonymisedCopies } from "./AnonymisedCopies";
import { AskForSomebody } from "./AskForSomebody";
import { ErasureTable } from "./Erasures";
import { ExportTable } from "./Exports";
import { Holds } from "./Holds";
import { Listing } from "../components/Listing";
import { erasuresQuery, exportsQuery } from "./queries";
import { Terms } from "./Terms";

type View = "exports" | "erasures" | "holds" | "copies" | "terms";

/** What was asked for about anybody's data, and the ways to ask for it in their place. */
export function DataRequestsPage() {
  const { t } = useTranslation("privacy");
  const [view, setView] = useState<View>("exports");
  return (
    <div className="page">
      <div className="page-top">
        <p>
          <Link to="/admin/people">{t("requests.people")}</Link>
        </p>
        <PageHeading title={t("requests.title")} />
        <p className="lead">{t("requests.lead")}</p>
      </div>
      <AskForSomebody onAsked={setView} />
      <Tabs
        label={t("requests.views")}
        chosen={view}
        onChoose={setView}
        tabs={[
          { key: "exports", title: t("exports.list"), content: () => <AllExports /> },
          { key: "erasures", title: t("erasures.list"), content: () => <AllErasures /> },
          { key: "holds", title: t("holds.title"), content: () => <Holds /> },
          { key: "copies", title: t("copies.title"), content: () => <AnonymisedCopies /> },
          { key: "terms", title: t("terms.title"), content: () => <Terms /> },
        ]}
      />
    </div>
  );
}

function AllExports() {
  const { t } = useTranslation("privacy");
  return (
    <Listing list={useInfiniteQuery(exportsQuery(null))} noneTitle={t("exports.noneTitle")} noneText={t("requests.noneText")}>
      {(rows) => <ExportTable exports={rows} isNamed />}
    </Listing>
  );
}

function AllErasures() {
  const { t } = useTranslation("privacy");
  return (
    <Listing list={useInfiniteQuery(erasuresQuery(null))} noneTitle={t("erasures.noneTitle")} noneText={t("requests.noneText")}>
      {(rows) => <ErasureTable erasures={rows} isNamed />}
    </Listing>
  );
}
