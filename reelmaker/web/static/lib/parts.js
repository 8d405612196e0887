// Parts that several screens show: the count, the heading of a problem with its screens, small states.
import { h, icon } from "./dom.js";
import { problemScreens } from "../screens.js";

/** "6 of 16" with its bar; the bar says nothing that the text does not say. */
export function count(told, { large = false } = {}) {
  if (!told) return h("p", { class: "muted" }, "No answer was transcribed yet.");
  const share = (number) => `${(100 * number) / Math.max(1, told.of)}%`;
  return h(
    "div",
    { class: large ? "count large" : "count" },
    h("p", { class: "count-words" }, h("b", {}, told.number), " ", h("span", {}, told.of === 1 ? "customer" : "customers")),
    h(
      "div",
      { class: "meter", "aria-hidden": "true" },
      h("i", { class: "sure", style: { width: share(told.spoke) } }),
      h("i", { class: "maybe", style: { width: share(told.may) } }),
    ),
    h("p", { class: "muted small" }, [told.maybe, told.basis].filter(Boolean).join("; ")),
  );
}

/** The heading of a problem, with a tab for each of its screens. */
export function problemHead(problem, current) {
  return h(
    "header",
    { class: "problem-head" },
    h("p", { class: "eyebrow" }, h("a", { href: "#/" }, "Home"), h("span", { "aria-hidden": "true" }, " / "), problem.slug),
    h("h1", {}, problem.statement),
    h(
      "nav",
      { class: "tabs", "aria-label": "Screens of this problem" },
      problemScreens().map((screen) =>
        h("a", { href: `#/problem/${encodeURIComponent(problem.slug)}/${screen.part}`, "aria-current": screen.id === current ? "page" : null }, screen.label),
      ),
    ),
  );
}

/** A small mark: a picture and words, so that its colour says nothing alone. */
export const badge = (kind, text, name) => h("span", { class: `badge ${kind}` }, name && icon(name), text);

/** A button with a picture. */
export const button = (text, { name, kind = "", ...properties } = {}) =>
  h("button", { type: "button", class: kind, ...properties }, name && icon(name), h("span", {}, text));

/** A link that looks like a button. */
export const link = (text, href, { name, kind = "" } = {}) => h("a", { class: `button ${kind}`, href }, name && icon(name), h("span", {}, text));
