import "./settings.css";

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { may } from "../api/permissions";
import { meQuery } from "../api/queries";
import { PageHeading } from "../components/PageHeading";
import { Failure, Loading } from "../components/States";
import { ApiKeys } from "./ApiKeys";
import { EmailForm } from "./EmailForm";
import { Identities } from "./Identities";
import { PasswordForm } from "./PasswordForm";
import { SecondFactors } from "./SecondFactors";
import { SignIns } from "./SignIns";

/** How one's account is kept safe: where it is signed in, its password, its second factors and its API keys. */
export function SecurityPage() {
  const { t } = useTranslation("settings");
  const me = useQuery(meQuery);
  return (
    <div className="page">
      <div className="page-top">
        <p>
          <Link to="/settings">{t("title")}</Link>
        </p>
        <PageHeading title={t("security.title")} />
        <p className="lead">{t("security.lead")}</p>
      </div>
      {me.isPending && <Loading />}
      {me.isError && <Failure error={me.error} onRetry={() => void me.refetch()} />}
      {me.data && (
        <>
          <SignIns />
          <PasswordForm me={me.data} />
          <EmailForm me={me.data} />
          <SecondFactors />
          <Identities me={me.data} />
          {may(me.data, "api_key:create:own") && <ApiKeys me={me.data} />}
        </>
      )}
    </div>
  );
}
