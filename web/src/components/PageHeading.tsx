import { useEffect, useRef, type ReactNode } from "react";

import { usePageTitle } from "./usePageTitle";

/** Whether a page has been shown since the app was loaded; the browser itself announces the first one. */
let hasShownPage = false;

/** The page's `h1`. It takes the focus when a new page appears, so that a screen reader reads it and Tab starts there. */
export function PageHeading({ title, children }: { title: string; children?: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  usePageTitle(title);
  useEffect(() => {
    if (hasShownPage) heading.current?.focus();
    hasShownPage = true;
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children ?? title}
    </h1>
  );
}
