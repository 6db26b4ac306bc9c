import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { PageHeading } from "../components/PageHeading";

export function NotFound() {
  const { t } = useTranslation();
  return (
    <div className="page page-narrow">
      <PageHeading title={t("notFound.title")} />
      <p>{t("notFound.text")}</p>
      <p>
        <Link to="/" className="button button-primary">
          {t("app.backHome")}
        </Link>
      </p>
    </div>
  );
}

export function Crashed() {
  const { t } = useTranslation();
  return (
    <div className="page page-narrow">
      <PageHeading title={t("crashed.title")} />
      <p>{t("crashed.text")}</p>
      <p>
        <button type="button" className="button button-primary" onClick={() => window.location.reload()}>
          {t("crashed.reload")}
        </button>
      </p>
    </div>
  );
}
