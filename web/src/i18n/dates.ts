/** A moment in the reader's own language and time zone, such as «22 Nov 2026, 14:05». */
export function formatMoment(moment: string, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(moment));
}
