/** Light, dark, or whatever the device prefers; the choice is kept on this device. */

export const APPEARANCES = ["system", "light", "dark"] as const;
export type Appearance = (typeof APPEARANCES)[number];

const STORAGE_KEY = "dreamseed.appearance";

export function chosenAppearance(): Appearance {
  const stored = localStorage.getItem(STORAGE_KEY);
  return APPEARANCES.find((appearance) => appearance === stored) ?? "system";
}

export function chooseAppearance(appearance: Appearance): void {
  localStorage.setItem(STORAGE_KEY, appearance);
  applyAppearance();
}

/** The stylesheet turns this into a colour scheme, which alone decides about every colour. */
export function applyAppearance(): void {
  document.documentElement.dataset["appearance"] = chosenAppearance();
}
