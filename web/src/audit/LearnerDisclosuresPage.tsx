import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { may } from "../api/permissions";
import { meQuery } from "../api/queries";
import { Button } from "../components/Button";
import { PageHeading } from "../components/PageHeading";
import { Failure, Loading } from "../components/States";
import { learnerQuery } from "../teacher/queries";
import { DisclosureDialog } from "./DisclosureDialog";
import { Disclosures } from "./Disclosures";

/** One learner's disclosures for staff: noted by those who teach them, read by those who may read them all. */
export function LearnerDisclosuresPage() {
  const { t } = useTranslation("audit");
  const { learnerId } = useParams({ from: "/signed-in/teach/learners/$learnerId/disclosures" });
  const me = useQuery(meQuery);
  const learner = useQuery(learnerQuery(learnerId));
  const [isNoting, setIsNoting] = useState(false);
  const failed = [me, learner].find(({ isError }) => isError);
  if (!me.data || !learner.data) {
    const retry = () => void Promise.all([me.refetch(), learner.refetch()]);
    return <div className="page">{failed ? <Failure error={failed.error} onRetry={retry} /> : <Loading />}</div>;
  }
  const { full_name: name } = learner.data;
  const title = t("disclosures.titleOf", { name });
  const mayRead = may(me.data, "disclosure:read");
  return (
    <div className="page" key={learnerId}>
      <div className="page-top">
        <p className="crumbs">
          {mayRead && (
            <>
              <Link to="/admin/disclosures">{t("disclosures.title")}</Link>
              {" · "}
            </>
          )}
          <Link to="/teach/learners/$learnerId" params={{ learnerId }}>
            {name}
          </Link>
        </p>
        <PageHeading title={title} />
        <p className="lead">{t("disclosures.lead")}</p>
        {may(me.data, "disclosure:create") && (
          <div className="page-tools">
            <Button variant="primary" onClick={() => setIsNoting(true)}>
              {t("disclose.title")}
            </Button>
          </div>
        )}
      </div>
      {mayRead ? (
        <Disclosures learnerId={learnerId} title={title} />
      ) : (
        <p className="hint">{t("disclosures.onlyNoting")}</p>
      )}
      {isNoting && <DisclosureDialog learnerId={learnerId} name={name} onClose={() => setIsNoting(false)} />}
    </div>
  );
}
