// Questions before something that cannot be seen at once, or cannot be undone.
import { fill, h } from "./dom.js";

/** Show a question with these parts below its title; gives what `answered(agreed)` makes of its end. */
function ask(title, parts, focus, answered) {
  return new Promise((resolve) => {
    const form = h("form", { method: "dialog", class: "sheet" }, h("h2", { id: "question-title" }, title), parts);
    const dialog = h("dialog", { class: "sheet question", "aria-labelledby": "question-title" }, form);
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answered(dialog.returnValue === "yes"));
    });
    document.body.append(dialog);
    dialog.showModal();
    focus.focus();
  });
}

/**
 * Ask; gives whether the person agreed. `typed`: what has to be typed before the button works.
 */
export function confirm({ title, body = [], yes, no = "Leave it", danger = false, typed = "" }) {
  const input = typed && h("input", { type: "text", id: "typed", autocomplete: "off", spellcheck: "false", oninput: () => (button.disabled = input.value.trim() !== typed) });
  const button = h("button", { type: "submit", value: "yes", class: danger ? "danger" : "primary", disabled: Boolean(typed) }, yes);
  const leave = h("button", { type: "submit", value: "no", formnovalidate: true }, no);
  const parts = [
    body,
    input && h("div", { class: "form-field" }, h("label", { for: "typed" }, "To confirm, type ", h("b", {}, typed)), input),
    h("div", { class: "row end" }, leave, button),
  ];
  return ask(title, parts, input || leave, (agreed) => agreed && (!typed || input.value.trim() === typed));
}

/** Put a list into a question, short enough to be read. */
export const listed = (items) => fill(h("ul", { class: "plain asked-list", tabindex: 0, "aria-label": "The list" }), items);

/** Ask for a line of text; gives it, or null. */
export function askFor({ title, body = [], label, value = "", yes }) {
  const input = h("input", { type: "text", id: "answer", value, maxlength: 100, autocomplete: "off", required: true });
  const cancel = h("button", { type: "button", onclick: () => cancel.closest("dialog").close("no") }, "Cancel");
  const parts = [
    body,
    h("div", { class: "form-field" }, h("label", { for: "answer" }, label), input),
    h("div", { class: "row end" }, cancel, h("button", { type: "submit", value: "yes", class: "primary" }, yes)),
  ];
  return ask(title, parts, input, (agreed) => (agreed ? input.value.trim() || null : null));
}
