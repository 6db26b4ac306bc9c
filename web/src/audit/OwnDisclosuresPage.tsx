import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { Me } from "../api/contract";
import { may } from "../api/permissions";
import { meQuery } from "../api/queries";
import { PageHeading } from "../components/PageHeading";
import { Failure, Loading } from "../components/States";
import { Disclosures } from "./Disclosures";
import { ownWardsQuery } from "./queries";

/** To whom one's own records were disclosed, and those of the learners whose guardian one is. */
export function OwnDisclosuresPage() {
  const { t } = useTranslation(["audit", "settings"]);
  const me = useQuery(meQuery);
  return (
    <div className="page">
      <div className="page-top">
        <p>
          <Link to="/settings">{t("settings:title")}</Link>
        </p>
        <PageHeading title={t("own.title")} />
        <p className="lead">{t("own.lead")}</p>
      </div>
      {me.isPending && <Loading />}
      {me.isError && <Failure error={me.error} onRetry={() => void me.refetch()} />}
      {me.data && <Own me={me.data} />}
    </div>
  );
}

function Own({ me }: { me: Me }) {
  const { t } = useTranslation("audit");
  const isGuardian = may(me, "ward:read:own");
  const wards = useQuery({ ...ownWardsQuery, enabled: isGuardian });
  const people = (wards.data?.items ?? []).map(({ learner_id: id, learner_name: name }) => ({ id, name }));
  // Whoever is a guardian and nothing else has no records of their own.
  if (me.roles.some((role) => role !== "guardian")) people.unshift({ id: me.id, name: t("own.mine") });
  return (
    <>
      {isGuardian && wards.isPending && <Loading />}
      {wards.isError && <Failure error={wards.error} onRetry={() => void wards.refetch()} />}
      {people.map(({ id, name }) => (
        <section key={id} aria-labelledby={`disclosures-${id}`}>
          <h2 id={`disclosures-${id}`}>{name}</h2>
          <Disclosures learnerId={id} title={name} />
        </section>
      ))}
    </>
  );
}
