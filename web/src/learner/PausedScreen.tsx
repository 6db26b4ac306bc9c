import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { usePageTitle } from "../components/usePageTitle";

export function PausedScreen({ isBusy, onResume }: { isBusy: boolean; onResume: () => void }) {
  const { t } = useTranslation("learner");
  const heading = useRef<HTMLHeadingElement>(null);
  usePageTitle(t("player.pausedTitle"));
  useEffect(() => heading.current?.focus(), []);
  return (
    <section className="card paused">
      <h1 ref={heading} tabIndex={-1}>
        {t("player.pausedTitle")}
      </h1>
      <p>{t("player.pausedText")}</p>
      <div className="actions">
        <Link to="/" className="button">
          {t("player.home")}
        </Link>
        <button type="button" className="button button-primary" disabled={isBusy} onClick={onResume}>
          {t("player.resume")}
        </button>
      </div>
    </section>
  );
}
