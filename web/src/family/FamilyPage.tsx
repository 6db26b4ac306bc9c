import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { PageHeading } from "../components/PageHeading";
import { EmptyState, Failure, Loading } from "../components/States";
import { wardsQuery } from "./queries";

/** The learners whose guardian one is. */
export function FamilyPage() {
  const { t } = useTranslation("family");
  const wards = useQuery(wardsQuery);
  return (
    <div className="page">
      <div className="page-top">
        <PageHeading title={t("title")} />
        <p className="lead">{t("lead")}</p>
      </div>
      {wards.isPending && <Loading />}
      {wards.isError && <Failure error={wards.error} onRetry={() => void wards.refetch()} />}
      {wards.data?.items.length === 0 && <EmptyState title={t("none")} text={t("noneText")} />}
      <ul className="cards">
        {wards.data?.items.map(({ learner_id: wardId, learner_name: name }) => (
          <li key={wardId} className="card">
            <h2>
              <Link to="/family/$wardId" params={{ wardId }}>
                {name}
              </Link>
            </h2>
          </li>
        ))}
      </ul>
    </div>
  );
}
