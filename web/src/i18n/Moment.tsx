import { useFormats } from "./format";

/** A date, with or without the time of day, that machines can read too. */
export function Moment({ at, isDateOnly = false }: { at: string; isDateOnly?: boolean }) {
  const { date, moment } = useFormats();
  return <time dateTime={at}>{isDateOnly ? date(at) : moment(at)}</time>;
}
