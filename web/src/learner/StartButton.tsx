import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { Button, buttonClass } from "../components/Button";
import { Failure } from "../components/States";
import { useStart } from "./useStart";

type StartButtonProps = {
  testDesignId: string;
  name: string;
  assignmentId?: string;
  /** The session to go on with, where there is one. */
  unfinishedId: string | null;
};

/** The one button that leads to a test's first item, or back to where it was left. */
export function StartButton({ testDesignId, name, assignmentId, unfinishedId }: StartButtonProps) {
  const { t } = useTranslation("learner");
  const start = useStart(testDesignId, assignmentId);
  if (unfinishedId !== null) {
    return (
      <Link
        to="/sessions/$sessionId"
        params={{ sessionId: unfinishedId }}
        className={buttonClass()}
        aria-label={t("home.resumeNamed", { name })}
      >
        {t("home.resume")}
      </Link>
    );
  }
  return (
    <>
      {start.error && <Failure error={start.error} />}
      <Button
        variant="primary"
        aria-label={t("home.startNamed", { name })}
        isBusy={start.isPending || start.isSuccess}
        onClick={(event) => {
          // The second click of a double click comes before the first has made the button busy.
          if (event.detail <= 1) start.mutate();
        }}
      >
        {start.isPending ? t("home.starting") : t("home.start")}
      </Button>
    </>
  );
}
