import { useTranslation } from "react-i18next";

import { useProblemText } from "./useProblemText";

export function Loading() {
  const { t } = useTranslation();
  return (
    <p className="loading" role="status">
      {t("app.loading")}
    </p>
  );
}

export function EmptyState({ title, text }: { title: string; text: string }) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      <p>{text}</p>
    </div>
  );
}

/** What went wrong, in words, with a way to try again where that makes sense. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  const text = useProblemText(error);
  return (
    <div className="callout callout-alarm" role="alert">
      <p className="callout-title">{t("problems.title")}</p>
      <p>{text}</p>
      {onRetry && (
        <p>
          <button type="button" className="button" onClick={onRetry}>
            {t("app.tryAgain")}
          </button>
        </p>
      )}
    </div>
  );
}
