/** What the list of items shows, as its address says it, so that Back and a sent link lead to the same list. */

export const STATUSES = ["draft", "in_review", "approved", "pretest", "operational", "retired"] as const;
export const SORTS = ["code", "difficulty", "-difficulty", "exposure", "-exposure", "p_value", "-p_value"] as const;

export type ItemSearch = {
  query?: string | undefined;
  concept?: string | undefined;
  status?: (typeof STATUSES)[number] | undefined;
  sort?: (typeof SORTS)[number] | undefined;
};

/** What is not allowed is set to undefined: a parameter that is merely left out would pass unchecked. */
export function readItemSearch(search: Record<string, unknown>): ItemSearch {
  const { query, concept, status, sort } = search;
  return {
    // An address may hold a word that looks like a number.
    query: typeof query === "string" || typeof query === "number" ? String(query) || undefined : undefined,
    concept: typeof concept === "string" && concept !== "" ? concept : undefined,
    status: STATUSES.find((each) => each === status),
    sort: SORTS.find((each) => each === sort && each !== "code"),
  };
}
