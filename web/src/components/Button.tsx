import type { ButtonHTMLAttributes, ReactNode } from "react";

export type ButtonVariant = "plain" | "primary" | "quiet" | "dawn" | "danger";

type ButtonProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, "className"> & {
  variant?: ButtonVariant;
  isSmall?: boolean;
  /** At work on what it was pressed for: it keeps the focus, and does nothing until it is done. */
  isBusy?: boolean;
  children: ReactNode;
};

/** A button. One `primary` a view at most; `quiet` has no frame; `danger` is for what can't be undone. */
export function Button({ variant = "plain", isSmall = false, isBusy = false, onClick, type = "button", ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      className={buttonClass(variant, isSmall)}
      aria-disabled={isBusy || rest["aria-disabled"]}
      data-busy={isBusy || undefined}
      onClick={(event) => {
        if (isBusy) event.preventDefault();
        else onClick?.(event);
      }}
    />
  );
}

/** For a `Link` that looks like a button. */
export function buttonClass(variant: ButtonVariant = "plain", isSmall = false): string {
  return ["button", variant !== "plain" && `button-${variant}`, isSmall && "button-small"].filter(Boolean).join(" ");
}
