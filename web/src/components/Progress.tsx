import { useId } from "react";

type ProgressProps = {
  label: string;
  value: number;
  max?: number;
  /** What the bar says, in words beside it, such as «3 of 12». */
  text?: string;
  hasVisibleLabel?: boolean;
};

/** How far something has come. */
export function Progress({ label, value, max = 1, text, hasVisibleLabel = true }: ProgressProps) {
  const id = useId();
  return (
    <div className="progress">
      <p className={hasVisibleLabel ? "progress-words" : "visually-hidden"}>
        <span id={id}>{label}</span>
        {text !== undefined && <span className="progress-text">{text}</span>}
      </p>
      <progress aria-labelledby={id} max={max} value={value} />
    </div>
  );
}
