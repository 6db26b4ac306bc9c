/** A moment in the app's language, the reader's own variety of it and time zone, such as «22 Nov 2026, 14:05». */
export function formatMoment(moment: string, language: string): string {
  const variety = navigator.languages.find((each) => each.split("-")[0] === language);
  return new Intl.DateTimeFormat(variety ?? language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(moment));
}
