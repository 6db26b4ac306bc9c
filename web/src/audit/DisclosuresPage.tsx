import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { PersonSearch } from "../admin/PersonSearch";
import { buttonClass } from "../components/Button";
import { PageHeading } from "../components/PageHeading";

/** The disclosure log: finds the learner about whom one asks. */
export function DisclosuresPage() {
  const { t } = useTranslation("audit");
  return (
    <div className="page">
      <p className="crumbs">
        <Link to="/admin/audit" search={{}}>
          {t("log.title")}
        </Link>
      </p>
      <div className="page-top">
        <PageHeading title={t("disclosures.title")} />
        <p className="lead">{t("disclosures.lead")}</p>
      </div>
      <section aria-labelledby="disclosures-find" className="card fields">
        <h2 id="disclosures-find">{t("disclosures.find")}</h2>
        <PersonSearch label={t("disclosures.learner")} hint={t("disclosures.learnerHint")} withRole="learner">
          {({ id, full_name: name }) => (
            <Link
              to="/teach/learners/$learnerId/disclosures"
              params={{ learnerId: id }}
              className={buttonClass("plain", true)}
              aria-label={t("disclosures.showOf", { name })}
            >
              {t("disclosures.show")}
            </Link>
          )}
        </PersonSearch>
      </section>
    </div>
  );
}
