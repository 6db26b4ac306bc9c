import { useEffect, useId, useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

type DialogProps = { title: string; children: ReactNode; onClose: () => void; isWide?: boolean; isForReading?: boolean };

/**
 * A modal dialogue, shown for as long as it is rendered. Escape and the cross close it; the focus goes back to where it
 * came from. Put buttons into an element of class `actions`, the safe one first. What is for reading begins with its title,
 * wherever its first link may be.
 */
export function Dialog({ title, children, onClose, isWide = false, isForReading = false }: DialogProps) {
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    element?.showModal();
    if (isForReading) heading.current?.focus();
    return () => {
      element?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, [isForReading]);
  return (
    <dialog
      ref={dialog}
      className={isWide ? "dialog dialog-wide" : "dialog"}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <h2 id={id} ref={heading} tabIndex={isForReading ? -1 : undefined}>
        {title}
      </h2>
      {children}
      {/* The last in order, so that the focus begins with what the dialogue is about. */}
      <button type="button" className="icon-button dialog-close" aria-label={t("dialog.close")} onClick={onClose}>
        <svg viewBox="0 0 20 20" aria-hidden="true" focusable="false">
          <path d="M5 5L15 15M15 5L5 15" />
        </svg>
      </button>
    </dialog>
  );
}
