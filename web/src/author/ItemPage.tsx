import { useQuery } from "@tanstack/react-query";
import { Link, useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { ItemDetail } from "../api/contract";
import { Badge } from "../components/Badge";
import { PageHeading } from "../components/PageHeading";
import { Failure, Loading } from "../components/States";
import { ItemCurves } from "./ItemCurves";
import { ItemFigures } from "./ItemFigures";
import { ItemOptions } from "./ItemOptions";
import { ItemVersions } from "./ItemVersions";
import { Preview } from "./Preview";
import { itemQuery } from "./queries";
import { StatusBadge } from "./StatusBadge";

/** One item: as learners see it, with its key and what is known of it. */
export function ItemPage() {
  const { t } = useTranslation("author");
  const { itemId } = useParams({ from: "/signed-in/author/items/$itemId" });
  const { version } = useSearch({ from: "/signed-in/author/items/$itemId" });
  const item = useQuery(itemQuery(itemId, version));
  return (
    <div className="page">
      <p>
        <Link to="/author/items">{t("item.back")}</Link>
      </p>
      {item.data && <Item key={item.data.version_id} item={item.data} />}
      {item.isPending && <Loading />}
      {item.isError && <Failure error={item.error} onRetry={() => void item.refetch()} />}
    </div>
  );
}

function Item({ item }: { item: ItemDetail }) {
  const { t } = useTranslation("author");
  const isNewest = item.versions[0]?.id === item.version_id;
  return (
    <>
      <div className="page-top">
        <PageHeading title={t("item.title", { code: item.code })}>{item.code}</PageHeading>
        <p className="lead">
          <Link to="/author/items" search={{ concept: item.concept.code }}>
            {item.concept.name}
          </Link>
        </p>
        <div className="page-tools">
          <StatusBadge status={item.status} />
          <Badge>{t("item.version", { version: item.version })}</Badge>
          {item.parameters?.is_provisional && <Badge tone="warm">{t("item.provisionalParameters")}</Badge>}
        </div>
        {!isNewest && <p className="callout">{t("item.earlierVersion")}</p>}
      </div>
      <Preview item={item} />
      <ItemOptions item={item} />
      <ItemFigures item={item} />
      {item.parameters && <ItemCurves curve={item.curve} parameters={item.parameters} />}
      <ItemVersions item={item} />
    </>
  );
}
