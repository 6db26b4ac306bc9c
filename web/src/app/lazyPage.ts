import { lazyRouteComponent } from "@tanstack/react-router";

import { loadTexts, type TextArea } from "../i18n";

/** A page that is fetched with the texts of its area when it is first visited. */
export function lazyPage<Pages extends Record<string, unknown>, Name extends keyof Pages & string>(
  area: TextArea,
  load: () => Promise<Pages>,
  name: Name,
) {
  return lazyRouteComponent(async () => {
    const [pages] = await Promise.all([load(), loadTexts(area)]);
    return pages;
  }, name);
}
