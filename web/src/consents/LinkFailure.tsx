import { useTranslation } from "react-i18next";

import { isTransient } from "../api/problem";
import { Failure } from "../components/States";
import { useProblemText } from "../components/useProblemText";

/** What is wrong with a link: something that may pass, or one that holds no more. */
export function LinkFailure({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const { t } = useTranslation("consents");
  const text = useProblemText(error);
  if (isTransient(error)) return <Failure error={error} onRetry={onRetry} />;
  return (
    <>
      <p className="callout callout-alarm" role="alert">
        {text}
      </p>
      <p>{t("guardian.askAgain")}</p>
    </>
  );
}
