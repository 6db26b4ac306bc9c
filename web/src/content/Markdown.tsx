/**
 * Markdown with `$…$` maths as React elements.
 *
 * CommonMark is parsed to a tree and the tree is drawn, so nothing an author writes can become markup of the page:
 * HTML in the source is shown as text.
 */
import type { Nodes, Paragraph, Parents, PhrasingContent, RootContent } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { mathFromMarkdown, type InlineMath } from "mdast-util-math";
import { math } from "micromark-extension-math";
import { Fragment, useMemo, type ReactNode } from "react";

import { Maths } from "./Maths";

/** Paragraphs, lists and display maths. `isSpokenElsewhere`: the maths need not speak for itself. */
export function Markdown({ source, isSpokenElsewhere = false }: { source: string; isSpokenElsewhere?: boolean }) {
  const tree = useMemo(() => parse(source), [source]);
  return <Children of={tree} isSpokenElsewhere={isSpokenElsewhere} />;
}

/** The same without the paragraphs around it, for places that hold a line of text, such as a label. */
export function InlineMarkdown({ source, isSpokenElsewhere = false }: { source: string; isSpokenElsewhere?: boolean }) {
  const nodes = useMemo(() => parse(source).children.flatMap(inlineContent), [source]);
  return nodes.map((node, index) => <Node key={index} node={node} isSpokenElsewhere={isSpokenElsewhere} />);
}

function parse(source: string) {
  return fromMarkdown(source, { extensions: [math()], mdastExtensions: [mathFromMarkdown()] });
}

/** A paragraph that is nothing but a formula is meant as a displayed one, be it written with one dollar or two. */
function isFormulaAlone(paragraph: Paragraph): paragraph is Paragraph & { children: [InlineMath] } {
  return paragraph.children.length === 1 && paragraph.children[0]?.type === "inlineMath";
}

function inlineContent(node: RootContent): (PhrasingContent | RootContent)[] {
  return node.type === "paragraph" ? node.children : [node];
}

function Children({ of, isSpokenElsewhere }: { of: Parents; isSpokenElsewhere: boolean }): ReactNode {
  return of.children.map((node, index) => <Node key={index} node={node} isSpokenElsewhere={isSpokenElsewhere} />);
}

function Node({ node, isSpokenElsewhere }: { node: Nodes; isSpokenElsewhere: boolean }): ReactNode {
  const children = "children" in node ? <Children of={node} isSpokenElsewhere={isSpokenElsewhere} /> : null;
  switch (node.type) {
    case "text":
      return node.value;
    case "paragraph":
      return isFormulaAlone(node) ? (
        <Maths tex={node.children[0].value} isDisplay isSpokenElsewhere={isSpokenElsewhere} />
      ) : (
        <p>{children}</p>
      );
    case "strong":
      return <strong>{children}</strong>;
    case "emphasis":
      return <em>{children}</em>;
    case "inlineMath":
      return <Maths tex={node.value} isSpokenElsewhere={isSpokenElsewhere} />;
    case "math":
      return <Maths tex={node.value} isDisplay isSpokenElsewhere={isSpokenElsewhere} />;
    case "list":
      return node.ordered ? <ol start={node.start ?? 1}>{children}</ol> : <ul>{children}</ul>;
    case "listItem":
      return <li>{children}</li>;
    case "inlineCode":
      return <code>{node.value}</code>;
    case "code":
      return (
        <pre>
          <code>{node.value}</code>
        </pre>
      );
    case "break":
      return <br />;
    case "html":
      return node.value;
    default:
      return <Fragment>{children}</Fragment>;
  }
}
