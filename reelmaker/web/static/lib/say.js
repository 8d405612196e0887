// What happened: to the ear in the live region, to the eye as a message that goes by itself. Errors stay.
import { h, fill } from "./dom.js";

const KEPT_MS = 6000;

/** Only for those who listen: what a key just did. */
export function say(text) {
  const live = document.getElementById("live");
  live.textContent = "";
  requestAnimationFrame(() => (live.textContent = text));
}

/** A message for everybody; with `action` {label, run} a button in it. */
export function tell(text, action) {
  say(text);
  return show(text, "", "done", action);
}

/** What went wrong, and what to do next. */
export function complain(problem) {
  if (problem.name === "AbortError" || problem.constructor.name === "Stopped") return null;
  say(`${problem.message} ${problem.remedy ?? ""}`);
  return show(problem.message, problem.remedy ?? "", "wrong");
}

function show(text, remedy, kind, action) {
  const list = document.getElementById("notices");
  const close = () => notice.remove();
  const notice = h(
    "div",
    { class: `notice ${kind}` },
    h("p", {}, h("span", {}, text), remedy && h("span", { class: "remedy" }, remedy)),
    action && h("button", { type: "button", class: "quiet", onclick: () => (close(), action.run()) }, action.label),
    h("button", { type: "button", class: "quiet", onclick: close, "aria-label": "Close this message" }, "Close"),
  );
  while (list.children.length > 2) list.firstElementChild.remove();
  list.append(notice);
  if (kind !== "wrong") setTimeout(() => !notice.contains(document.activeElement) && close(), KEPT_MS);
  return notice;
}

/** A state of a whole screen: waiting, nothing there, or an error. */
export function state(root, title, ...rest) {
  return fill(root, h("div", { class: "state" }, h("h1", {}, title), rest));
}
