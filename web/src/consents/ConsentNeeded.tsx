import "./consents.css";

import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { meQuery } from "../api/queries";
import { useReadMeAgain } from "../api/useReadMeAgain";
import { Button } from "../components/Button";
import { Failure } from "../components/States";
import { AgeQuestion } from "./AgeQuestion";
import { AskGuardian } from "./AskGuardian";

/** In the place of tests that somebody can't take yet: the question how old they are, or for a child whom to ask. */
export function ConsentNeeded() {
  const me = useQuery(meQuery);
  return me.data?.asks_age ? <AgeQuestion /> : <WhoeverAgrees />;
}

/** Why a child can't take tests yet, and the way to ask whoever has to agree. */
function WhoeverAgrees() {
  const { t } = useTranslation("consents");
  const look = useMutation({ mutationFn: useReadMeAgain() });
  return (
    <section aria-labelledby="consent-needed" className="card consent-needed">
      <h2 id="consent-needed">{t("needed.title")}</h2>
      <p>{t("needed.text")}</p>
      <AskGuardian subjectId="me" />
      <p>{t("needed.school")}</p>
      {look.error !== null && <Failure error={look.error} />}
      <div className="page-tools">
        <Button isBusy={look.isPending} onClick={() => look.mutate()}>
          {t("needed.look")}
        </Button>
        <Link to="/settings/privacy">{t("needed.more")}</Link>
      </div>
      <p role="status">{look.isSuccess && t("needed.notYet")}</p>
    </section>
  );
}
