import "katex/dist/katex.min.css";

import katex from "katex";
import { useMemo } from "react";

type MathsProps = { tex: string; isDisplay?: boolean; isSpokenElsewhere?: boolean };

/**
 * A formula. Unless its words are given elsewhere, MathML goes along for screen readers.
 * KaTeX shows TeX that it can't read in red instead of throwing, so one bad formula does not take the page down.
 */
export function Maths({ tex, isDisplay = false, isSpokenElsewhere = false }: MathsProps) {
  const html = useMemo(
    () =>
      katex.renderToString(tex, {
        displayMode: isDisplay,
        output: isSpokenElsewhere ? "html" : "htmlAndMathml",
        throwOnError: false,
        trust: false,
      }),
    [tex, isDisplay, isSpokenElsewhere],
  );
  return <span className={isDisplay ? "maths-display" : "maths"} dangerouslySetInnerHTML={{ __html: html }} />;
}
