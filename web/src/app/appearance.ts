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

/** Every colour in the stylesheet is a `light-dark()` pair, so the colour scheme alone decides. */
export function applyAppearance(): void {
  const appearance = chosenAppearance();
  document.documentElement.style.colorScheme = appearance === "system" ? "light dark" : appearance;
}
