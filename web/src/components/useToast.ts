import { createContext, use } from "react";

import type { Tone } from "./Badge";

export type Toast = { text: string; tone?: Tone };

export const ToastContext = createContext<{ show: (toast: Toast) => void }>({ show: () => undefined });

/** `show` a short message that needs no answer, such as «Saved». */
export function useToast(): { show: (toast: Toast) => void } {
  return use(ToastContext);
}
