// The list of a reel's cards and clips: opens them, and moves clips by buttons or by dragging.
import { fill, h, icon } from "../lib/dom.js";

export class ReelList {
  /** `open(key)` and `openCard(address)` are told what was pressed, `move(key, to)` the place among the clips, from 0. */
  constructor({ signal, open, openCard, move }) {
    Object.assign(this, { signal, open, openCard, move });
    this.element = h("ol", { class: "reel-list", "aria-label": "Cards and clips in order" });
    this.clips = [];
    this.names = new Map(); // key before -> key now, until the next drawing
    this.pictures = new Map();
    this.dragging();
  }

  /** Show these items; `opened` is the key of the open clip, or the address of the open card. */
  draw(items, opened) {
    if (this.dragged) return;
    const focused = this.element.contains(document.activeElement) ? { ...document.activeElement.dataset } : null;
    this.clips = items.filter(({ kind }) => kind === "clip");
    let number = 0;
    fill(this.element, items.map((item) => (item.kind === "card" ? this.cardItem(item, opened) : this.clipItem(item, (number += 1), opened))));
    if (focused?.does) this.focus(this.names.get(focused.of) ?? focused.of, focused.does);
    this.names.clear();
  }

  renamed(before, after) {
    if (before !== after) this.names.set(before, after);
  }

  /** Put the focus on a button of an item; on the item itself where the button cannot be pressed. */
  focus(key, does = "open") {
    const own = (name) => this.element.querySelector(`[data-does="${name}"][data-of="${CSS.escape(key)}"]`);
    const button = own(does);
    (button && !button.disabled ? button : own("open"))?.focus();
  }

  cardItem(card, opened) {
    const current = opened === card.src;
    return h(
      "li",
      { class: `reel-item card-item${current ? " current" : ""}` },
      h("button", { type: "button", class: "open", "aria-current": current ? "true" : null, dataset: { does: "open", of: card.src }, onclick: () => this.openCard(card.src) }, this.picture(card, ""), h("span", { class: "item-words" }, h("span", { class: "row-who" }, card.title), h("span", { class: "row-text" }, card.words[0] ?? "")), h("span", { class: "time" }, seconds(card.length_ms))),
    );
  }

  clipItem(clip, number, opened) {
    const current = clip.key === opened;
    const name = `${clip.who.label}, clip ${number} of ${this.clips.length}`;
    const mover = (step, does, label) =>
      h("button", { type: "button", class: "quiet mover", "aria-label": `${label}: ${name}`, title: label, disabled: step < 0 ? number === 1 : number === this.clips.length, dataset: { does, of: clip.key }, onclick: () => this.move(clip.key, number - 1 + step) }, icon(does));
    return h(
      "li",
      { class: `reel-item${current ? " current" : ""}`, draggable: "true", dataset: { key: clip.key } },
      h(
        "button",
        { type: "button", class: "open", "aria-current": current ? "true" : null, dataset: { does: "open", of: clip.key }, onclick: () => this.open(clip.key) },
        h("span", { class: "number", "aria-hidden": "true" }, number),
        h("span", { class: "item-words" }, h("span", { class: "row-who" }, h("span", { class: "hidden" }, `Clip ${number}: `), [clip.who.label, clip.who.segment].filter(Boolean).join(" · "), this.marks(clip)), h("span", { class: "row-text" }, clip.text)),
        h("span", { class: "time" }, seconds(clip.length_ms)),
      ),
      h("span", { class: "movers" }, mover(-1, "up", "Move up"), mover(1, "down", "Move down")),
    );
  }

  marks(clip) {
    const words = [clip.kept && "kept", clip.struck && "words struck", clip.trimmed && "trimmed", clip.placed && "placed by the team", clip.dissent && "says the opposite"].filter(Boolean);
    return words.length > 0 && h("span", { class: "marks" }, ` (${words.join(", ")})`);
  }

  picture(card, alt) {
    const address = `${card.src}?v=${card.mark}`;
    if (!this.pictures.has(address + alt)) this.pictures.set(address + alt, h("img", { src: address, alt, class: "card-picture", draggable: "false" }));
    return this.pictures.get(address + alt);
  }

  dragging() {
    const { signal } = this;
    const over = (event) => event.target.closest?.("li[data-key]");
    const clear = () => this.element.querySelectorAll(".drop-before, .drop-after, .dragged").forEach((item) => item.classList.remove("drop-before", "drop-after", "dragged"));
    const lower = (item, event) => event.clientY > item.getBoundingClientRect().top + item.offsetHeight / 2;
    const listen = (kind, run) => this.element.addEventListener(kind, run, { signal });
    listen("dragstart", (event) => {
      const item = over(event);
      if (!item) return;
      this.dragged = item.dataset.key;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", "clip");
      item.classList.add("dragged");
    });
    listen("dragover", (event) => {
      const item = over(event);
      if (!item || !this.dragged) return;
      event.preventDefault();
      this.element.querySelectorAll(".drop-before, .drop-after").forEach((other) => other.classList.remove("drop-before", "drop-after"));
      item.classList.add(lower(item, event) ? "drop-after" : "drop-before");
    });
    listen("drop", (event) => {
      const item = over(event);
      if (!item || !this.dragged) return;
      event.preventDefault();
      const keys = this.clips.map(({ key }) => key);
      const [from, at] = [keys.indexOf(this.dragged), keys.indexOf(item.dataset.key) + (lower(item, event) ? 1 : 0)];
      this.dragged = null;
      clear();
      this.move(keys[from], at > from ? at - 1 : at);
    });
    listen("dragend", () => ((this.dragged = null), clear()));
  }
}

/** 1640 -> "1.6 s" */
export const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
