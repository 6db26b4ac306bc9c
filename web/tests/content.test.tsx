import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";

import { InlineMarkdown, Markdown } from "../src/content/Markdown";
import { Spoken } from "../src/content/Spoken";

const html = (source: string) => renderToStaticMarkup(<Markdown source={source} />);

test("paragraphs, emphasis and lists are drawn", () => {
  expect(html("One **two** *three*\n\n- four\n- five")).toBe(
    "<p>One <strong>two</strong> <em>three</em></p><ul><li><p>four</p></li><li><p>five</p></li></ul>",
  );
});

test("maths is set, and speaks for itself by MathML", () => {
  const drawn = html("What is $\\frac{1}{2}$?");

  expect(drawn).toContain('class="katex"');
  expect(drawn).toContain("<math");
});

test("a formula alone in its paragraph is displayed", () => {
  expect(html("Then\n\n$$x = 1$$")).toContain("katex-display");
  expect(html("Then $x = 1$.")).not.toContain("katex-display");
});

test("maths that is spoken elsewhere does not speak twice", () => {
  const drawn = renderToStaticMarkup(<Spoken source="Is $x = 1$?" spoken="Is x equal to one?" isInline />);

  expect(drawn).not.toContain("<math");
  expect(drawn).toContain('aria-hidden="true"');
  expect(drawn).toContain('<span lang="en" class="visually-hidden">Is x equal to one?</span>');
});

test("text without maths needs no second wording", () => {
  expect(renderToStaticMarkup(<Spoken source="No solution" spoken="No solution" isInline />)).toBe(
    '<span lang="en">No solution</span>',
  );
});

test("markup in the source is shown as text and never becomes markup of the page", () => {
  const drawn = html('<img src=x onerror="alert(1)">\n\n[link](javascript:alert(1)) $\\href{javascript:alert(1)}{x}$');

  expect(drawn).not.toMatch(/<img|<a |href=/);
  expect(drawn).toContain("&lt;img");
});

test("TeX that can't be read is shown instead of breaking the page", () => {
  expect(html("$\\frac{1$")).toContain("katex-error");
});

test("a label holds no paragraph", () => {
  expect(renderToStaticMarkup(<InlineMarkdown source="**6** apples" />)).toBe("<strong>6</strong> apples");
});
