import type { ReactNode } from "react";

export type Tone = "plain" | "good" | "warm" | "alarm";

/** A word or two about a thing's state. The words say it; the colour only helps. */
export function Badge({ tone = "plain", children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span className="badge" data-tone={tone}>
      {children}
    </span>
  );
}
