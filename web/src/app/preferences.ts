/**
 * How the app looks, moves and sounds on this device.
 *
 * `applyPreferences` turns them into attributes of the document, from which the stylesheet takes everything:
 * `data-appearance`, `data-contrast`, `data-motion`, `data-text`. What the device itself asks for (more contrast, less
 * movement) holds as well. A learner's accommodations are added to the choices and never take anything away.
 */
import { useSyncExternalStore } from "react";

export const APPEARANCES = ["system", "light", "dark"] as const;
export const CONTRASTS = ["system", "more"] as const;
export const MOTIONS = ["system", "reduce"] as const;
export const TEXT_SIZES = ["normal", "large", "larger"] as const;

export type Preferences = {
  appearance: (typeof APPEARANCES)[number];
  contrast: (typeof CONTRASTS)[number];
  motion: (typeof MOTIONS)[number];
  textSize: (typeof TEXT_SIZES)[number];
  readsAloud: boolean;
};

/** What a school has granted a learner. */
export type Accommodations = {
  extra_time_factor: number;
  has_no_timer: boolean;
  text_size: "normal" | "large" | "larger";
  contrast: "normal" | "more";
  has_read_aloud: boolean;
};

const STORAGE_KEY = "dreamseed.preferences";
const ACCOMMODATIONS_KEY = "dreamseed.accommodations";
const DEFAULTS: Preferences = {
  appearance: "system",
  contrast: "system",
  motion: "system",
  textSize: "normal",
  readsAloud: false,
};

const listeners = new Set<() => void>();
let chosen: Preferences | null = null;
let granted: Accommodations | null = null;

/** The choices made on this device. */
export function chosenPreferences(): Preferences {
  chosen ??= read(STORAGE_KEY, DEFAULTS);
  return chosen;
}

/** The choices together with what the school has granted. */
export function withAccommodations(preferences: Preferences, accommodations: Accommodations | null): Preferences {
  if (accommodations === null) return preferences;
  const sizes = [preferences.textSize, accommodations.text_size].map((size) => TEXT_SIZES.indexOf(size));
  return {
    ...preferences,
    textSize: TEXT_SIZES[Math.max(...sizes)] ?? preferences.textSize,
    contrast: accommodations.contrast === "more" ? "more" : preferences.contrast,
    readsAloud: preferences.readsAloud || accommodations.has_read_aloud,
  };
}

export function choosePreferences(change: Partial<Preferences>): void {
  chosen = { ...chosenPreferences(), ...change };
  localStorage.setItem(STORAGE_KEY, JSON.stringify(chosen));
  publish();
}

/** Whether a school has granted anything beyond what everybody has. */
export function isGrant(accommodations: Accommodations | null): boolean {
  if (accommodations === null) return false;
  const { extra_time_factor, has_no_timer, text_size, contrast, has_read_aloud } = accommodations;
  return extra_time_factor > 1 || has_no_timer || text_size !== "normal" || contrast !== "normal" || has_read_aloud;
}

/** Let a learner's accommodations hold from now on, also after a reload; null when nobody has any. */
export function grantAccommodations(accommodations: Accommodations | null): void {
  if (JSON.stringify(accommodations) === JSON.stringify(granted)) return;
  granted = accommodations;
  if (accommodations === null) localStorage.removeItem(ACCOMMODATIONS_KEY);
  else localStorage.setItem(ACCOMMODATIONS_KEY, JSON.stringify(accommodations));
  publish();
}

export function applyPreferences(): void {
  const { appearance, contrast, motion, textSize } = currentPreferences();
  const { dataset } = document.documentElement;
  dataset["appearance"] = appearance;
  dataset["contrast"] = contrast === "more" || window.matchMedia("(prefers-contrast: more)").matches ? "more" : "normal";
  dataset["motion"] = motion === "reduce" || window.matchMedia("(prefers-reduced-motion)").matches ? "reduce" : "full";
  dataset["text"] = textSize;
}

/** Apply what is kept, and again whenever the device changes its mind or another tab makes a choice. */
export function startPreferences(): void {
  granted = read<Accommodations | null>(ACCOMMODATIONS_KEY, null);
  applyPreferences();
  for (const query of ["(prefers-contrast: more)", "(prefers-reduced-motion)"]) {
    window.matchMedia(query).addEventListener("change", applyPreferences);
  }
  window.addEventListener("storage", (event) => {
    if (event.key !== STORAGE_KEY) return;
    chosen = null;
    publish();
  });
}

/** What holds now, and the choices behind it. */
export function usePreferences(): { current: Preferences; chosen: Preferences; granted: Accommodations | null } {
  useSyncExternalStore(subscribe, currentPreferences);
  return { current: currentPreferences(), chosen: chosenPreferences(), granted };
}

let current: { of: Preferences; with: Accommodations | null; are: Preferences } | null = null;

/** The same object until something changes. */
function currentPreferences(): Preferences {
  const of = chosenPreferences();
  if (current?.of !== of || current.with !== granted) current = { of, with: granted, are: withAccommodations(of, granted) };
  return current.are;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function publish(): void {
  applyPreferences();
  for (const listener of listeners) listener();
}

/** What is stored under the key, or `otherwise` where it is missing or can't be read. */
function read<T>(key: string, otherwise: T): T {
  try {
    const stored = localStorage.getItem(key);
    if (stored === null) return otherwise;
    const value = JSON.parse(stored) as T;
    return otherwise === null ? value : { ...otherwise, ...value };
  } catch {
    return otherwise;
  }
}
