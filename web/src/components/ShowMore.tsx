import { useTranslation } from "react-i18next";

import { Button } from "./Button";

type ShowMoreProps = { shown: number; hasMore: boolean; isBusy: boolean; onMore: () => void };

/** Below a list that is read page by page: how many rows are shown, and a button for the next ones. */
export function ShowMore({ shown, hasMore, isBusy, onMore }: ShowMoreProps) {
  const { t } = useTranslation();
  if (shown === 0) return null;
  const count = { count: shown};
  return (
    <div className="show-more">
      <p className="hint" role="status">
        {hasMore ? t("table.shown", count) : t("table.all", count)}
      </p>
      {hasMore && (
        <Button isBusy={isBusy} onClick={onMore}>
          {t("table.more")}
        </Button>
      )}
    </div>
  );
}
