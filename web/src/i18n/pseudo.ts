/**
 * English in disguise, made from the English texts by rule.
 *
 * `en-XA` puts accents on every letter, brackets around every text and makes it 40 % longer: what is not in brackets was
 * never translated, and what is cut off has no room for German or Spanish. `en-XB` is written from right to left.
 * Placeholders such as `{{name}}` and tags such as `<strong>` stay as they are.
 */
import type { PseudoLanguage } from "./languages";

export type Texts = { [key: string]: string | Texts };

const PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const ACCENTED = "áƀçðéƒĝĥíĵķļɱñóþǫŕšţúṽŵẋýžÁƁÇÐÉƑĜĤÍĴĶĻṀÑÓÞǪŔŠŢÚṼŴẊÝŽ";
const KEPT = /(\{\{[^}]*\}\}|<[^>]*>)/;
const GROWTH = 0.4;
const FILLING = "·";
const RIGHT_TO_LEFT = "\u202e";
const POP = "\u202c";

export function pseudoTexts(texts: Texts, language: PseudoLanguage): Texts {
  const disguise = language === "en-XA" ? accented : mirrored;
  return Object.fromEntries(
    Object.entries(texts).map(([key, value]) => [
      key,
      typeof value === "string" ? disguise(value) : pseudoTexts(value, language),
    ]),
  );
}

export function accented(text: string): string {
  const letters = outsidePlaceholders(text, (part) => Array.from(part, accent).join(""));
  const length = text.replace(new RegExp(KEPT, "g"), "").length;
  return `[${letters}${FILLING.repeat(Math.ceil(length * GROWTH))}]`;
}

export function mirrored(text: string): string {
  return outsidePlaceholders(text, (part) => (part.trim() === "" ? part : `${RIGHT_TO_LEFT}${part}${POP}`));
}

function accent(letter: string): string {
  const index = PLAIN.indexOf(letter);
  return index < 0 ? letter : (ACCENTED[index] ?? letter);
}

/** Every second part of the split is a placeholder or tag, because the pattern captures it. */
function outsidePlaceholders(text: string, change: (part: string) => string): string {
  return text
    .split(KEPT)
    .map((part, index) => (index % 2 === 0 ? change(part) : part))
    .join("");
}
