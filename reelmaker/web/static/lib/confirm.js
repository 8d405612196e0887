// Questions before something that cannot be seen at once, or cannot be undone.
import { fill, h } from "./dom.js";

/**
 * Ask; gives whether the person agreed. `typed`: what has to be typed before the button works.
 */
export function confirm({ title, body = [], yes, no = "Leave it", danger = false, typed = "" }) {
  return new Promise((resolve) => {
    const input = typed && h("input", { type: "text", id: "typed", autocomplete: "off", spellcheck: "false", oninput: () => (button.disabled = input.value.trim() !== typed) });
    const button = h("button", { type: "submit", value: "yes", class: danger ? "danger" : "primary", disabled: Boolean(typed) }, yes);
    const dialog = h(
      "dialog",
      { class: "sheet question", "aria-labelledby": "question-title" },
      h(
        "form",
        { method: "dialog", class: "sheet" },
        h("h2", { id: "question-title" }, title),
        body,
        input && h("div", { class: "form-field" }, h("label", { for: "typed" }, "To confirm, type ", h("b", {}, typed)), input),
        h("div", { class: "row end" }, h("button", { type: "submit", value: "no", formnovalidate: true }, no), button),
      ),
    );
    dialog.addEventListener("close", () => {
      const agreed = dialog.returnValue === "yes" && (!typed || input.value.trim() === typed);
      dialog.remove();
      resolve(agreed);
    });
    document.body.append(dialog);
    dialog.showModal();
    (input || dialog.querySelector("[value=no]")).focus();
  });
}

/** Put a list into a question, short enough to be read. */
export const listed = (items) => fill(h("ul", { class: "plain asked-list", tabindex: 0, "aria-label": "The list" }), items);

/** Ask for a line of text; gives it, or null. */
export function askFor({ title, body = [], label, value = "", yes }) {
  return new Promise((resolve) => {
    const input = h("input", { type: "text", id: "answer", value, maxlength: 100, autocomplete: "off", required: true });
    const dialog = h(
      "dialog",
      { class: "sheet question", "aria-labelledby": "question-title" },
      h(
        "form",
        { method: "dialog", class: "sheet" },
        h("h2", { id: "question-title" }, title),
        body,
        h("div", { class: "form-field" }, h("label", { for: "answer" }, label), input),
        h("div", { class: "row end" }, h("button", { type: "button", onclick: () => dialog.close("no") }, "Cancel"), h("button", { type: "submit", value: "yes", class: "primary" }, yes)),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes" ? input.value.trim() || null : null);
    });
    document.body.append(dialog);
    dialog.showModal();
    input.focus();
  });
}
