import { useCallback, useMemo, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { ToastContext, type Toast } from "./useToast";

const SHOWN_MS = 8_000;

type ShownToast = Toast & { id: number };

/** Holds the short messages at the foot of the window. What must not be missed belongs into the page instead. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const [toasts, setToasts] = useState<ShownToast[]>([]);
  const count = useRef(0);
  const dismiss = useCallback((id: number) => setToasts((shown) => shown.filter((toast) => toast.id !== id)), []);
  const show = useCallback(
    (toast: Toast) => {
      count.current += 1;
      const id = count.current;
      setToasts((shown) => [...shown, { ...toast, id }]);
      // A fault stays until it is dismissed: whoever looked away should still learn of it.
      if (toast.tone !== "alarm") setTimeout(() => dismiss(id), SHOWN_MS);
    },
    [dismiss],
  );
  const context = useMemo(() => ({ show }), [show]);
  return (
    <ToastContext value={context}>
      {children}
      <div className="toasts" role="region" aria-label={t("toast.region")} aria-live="polite">
        {toasts.map(({ id, text, tone = "plain" }) => (
          <div key={id} className="toast" data-tone={tone}>
            <p>{text}</p>
            <button type="button" className="icon-button" aria-label={t("toast.dismiss")} onClick={() => dismiss(id)}>
              <svg viewBox="0 0 20 20" aria-hidden="true" focusable="false">
                <path d="M5 5L15 15M15 5L5 15" />
              </svg>
            </button>
          </div>
        ))}
      </div>
    </ToastContext>
  );
}
