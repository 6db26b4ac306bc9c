import { InlineMarkdown, Markdown } from "./Markdown";
import { CONTENT_LANGUAGE } from "./readAloud";

type SpokenProps = { source: string; spoken: string; isInline?: boolean };

/** Text for the eye and, where it holds maths, its words for the ear. */
export function Spoken({ source, spoken, isInline = false }: SpokenProps) {
  const hasWords = spoken !== "" && source.includes("$");
  const Visible = isInline ? InlineMarkdown : Markdown;
  const Wrapper = isInline ? "span" : "div";
  const style = isInline ? undefined : "prose";
  if (!hasWords) {
    return (
      <Wrapper lang={CONTENT_LANGUAGE} className={style}>
        <Visible source={source} />
      </Wrapper>
    );
  }
  return (
    <>
      <Wrapper lang={CONTENT_LANGUAGE} className={style} aria-hidden="true">
        <Visible source={source} isSpokenElsewhere />
      </Wrapper>
      <Wrapper lang={CONTENT_LANGUAGE} className="visually-hidden">{spoken}</Wrapper>
    </>
  );
}
