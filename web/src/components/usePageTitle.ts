import { useEffect } from "react";
import { useTranslation } from "react-i18next";

/** Name the window after the page; null leaves the name to whatever this is a part of. */
export function usePageTitle(page: string | null): void {
  const { t } = useTranslation();
  useEffect(() => {
    if (page !== null) document.title = t("app.title", { page });
  }, [page, t]);
}
