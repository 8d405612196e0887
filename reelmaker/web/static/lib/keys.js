// Keys: each belongs to a button that shows it, works only inside the list or the player, and all can be switched off.
import { h, fill } from "./dom.js";

const SWITCH = "reelmaker-keys";
const TYPING = "input:not([type=checkbox]):not([type=radio]):not([type=range]), textarea, select, [contenteditable]";
let off = false;
try {
  off = localStorage.getItem(SWITCH) === "off";
} catch {
  // a browser that keeps nothing
}

const NAMES = { " ": "Space", ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→" };
export const nameOf = (key) => NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key);

/** Whether single keys work. */
export const on = () => !off;

/**
 * Let keys work inside an element.
 *
 * `bindings`: [{keys: ["y"], label: "Keep and go on", run(event)}]; `signal` ends it with the screen.
 */
export function bind(area, bindings, signal) {
  area.addEventListener(
    "keydown",
    (event) => {
      if (off || event.defaultPrevented || event.ctrlKey || event.metaKey || event.target.closest(TYPING)) return;
      const binding = bindings.find(({ keys, alt }) => keys.some((key) => key.toLowerCase() === event.key.toLowerCase()) && Boolean(alt) === event.altKey);
      if (!binding) return;
      if (event.key === " " && event.target.closest("button, summary, a, [role=checkbox], [role=button], [role=tab]")) return;
      event.preventDefault();
      binding.run(event);
    },
    { signal },
  );
  sheet.bindings = bindings;
  signal?.addEventListener("abort", () => sheet.bindings === bindings && (sheet.bindings = []));
}

/** The key of a button, shown on it. */
export const cap = (key) => h("kbd", { "aria-hidden": "true" }, nameOf(key));

const sheet = { bindings: [] };

/** The list of all keys, with the switch. */
export function showSheet() {
  const dialog = h("dialog", { class: "sheet", "aria-labelledby": "keys-title" });
  const toggle = h("input", {
    type: "checkbox",
    checked: !off,
    onchange: (event) => {
      off = !event.target.checked;
      document.documentElement.classList.toggle("no-keys", off);
      try {
        localStorage.setItem(SWITCH, off ? "off" : "on");
      } catch {
        // then it holds until the page is left
      }
    },
  });
  fill(
    dialog,
    h("h2", { id: "keys-title" }, "Keys"),
    h("p", { class: "muted" }, "They work inside the list and the player. Every key has a button that does the same."),
    sheet.bindings.length > 0 &&
      h(
        "table",
        { class: "keys" },
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Key"), h("th", { scope: "col" }, "What it does"))),
        h(
          "tbody",
          {},
          sheet.bindings.map(({ keys, alt, label }) =>
            h("tr", {}, h("td", {}, keys.map((key) => h("kbd", {}, alt ? `Alt ${nameOf(key)}` : nameOf(key)))), h("td", {}, label)),
          ),
        ),
      ),
    h("label", { class: "check" }, toggle, " Single keys work"),
    h("div", { class: "row end" }, h("button", { type: "button", class: "primary", onclick: () => dialog.close() }, "Close")),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

document.documentElement.classList.toggle("no-keys", off);
document.addEventListener("keydown", (event) => {
  if (event.key !== "?" || off || event.target.closest(`${TYPING}, dialog`)) return;
  event.preventDefault();
  showSheet();
});
