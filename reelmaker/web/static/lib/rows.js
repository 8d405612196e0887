// A long list of which only what is in sight exists: ten thousand rows cost no more than twenty.
//
// It is a listbox: it has the focus, and `aria-activedescendant` names its active row. Shift extends the choice.
import { fill, h } from "./dom.js";

const BEYOND = 8; // rows above and below what is in sight
const ROW_REM = 6.25; // as in styles/moments.css

export class Rows {
  /**
   * `draw(row)` gives a row's content, `chosen(key)` is told which row is active, `picked()` that it was clicked,
   * `fetchRows(keys)` gets missing rows.
   */
  constructor({ label, draw, chosen, fetchRows, picked }) {
    Object.assign(this, { draw, chosen, fetchRows, picked });
    this.keys = [];
    this.rows = new Map();
    this.active = this.anchor = -1;
    this.wanted = new Set();
    this.space = h("div", { class: "rows-space", role: "presentation" });
    this.element = h("div", { class: "rows", role: "listbox", tabindex: 0, "aria-label": label, "aria-multiselectable": "true" }, this.space);
    this.element.addEventListener("scroll", () => this.paint(), { passive: true });
    this.element.addEventListener("click", (event) => this.clicked(event));
    this.observer = new ResizeObserver(() => this.paint());
    this.observer.observe(this.element);
  }

  end() {
    this.observer.disconnect();
    clearTimeout(this.timer);
  }

  /** Show these keys, in this order; `rows` are those that are known already. */
  show(keys, rows, active = keys.length ? 0 : -1) {
    this.keys = keys;
    this.places = new Map(keys.map((key, at) => [key, at]));
    for (const row of rows) this.rows.set(row.key, row);
    this.element.scrollTop = 0;
    this.active = this.anchor = active;
    this.paint();
    if (active >= 0) this.choose(active);
  }

  /** Rows that changed. */
  update(rows) {
    for (const row of rows) this.rows.set(row.key, row);
    this.paint();
  }

  get row() {
    return this.rows.get(this.keys[this.active]);
  }

  /** The keys of all chosen rows, in order. */
  get selection() {
    if (this.active < 0) return [];
    const [first, last] = [Math.min(this.active, this.anchor), Math.max(this.active, this.anchor)];
    return this.keys.slice(first, last + 1);
  }

  /** Make a row the active one; with `extend` the choice reaches from the first row to it. */
  choose(at, { extend = false } = {}) {
    if (!this.keys.length) return;
    this.active = Math.max(0, Math.min(at, this.keys.length - 1));
    if (!extend) this.anchor = this.active;
    this.reveal();
    this.paint();
    this.chosen(this.keys[this.active]);
  }

  reveal() {
    const height = this.rowHeight();
    const { scrollTop, clientHeight } = this.element;
    const top = this.active * height;
    if (top < scrollTop) this.element.scrollTop = top;
    else if (top + height > scrollTop + clientHeight) this.element.scrollTop = top + height - clientHeight;
  }

  rowHeight() {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    return ROW_REM * rem;
  }

  /** Draw what is in sight, once, however often it is asked for in one go. */
  paint() {
    if (this.painting) return;
    this.painting = true;
    queueMicrotask(() => {
      this.painting = false;
      this.paintNow();
    });
  }

  paintNow() {
    const height = this.rowHeight();
    this.space.style.setProperty("height", `${this.keys.length * height}px`);
    const first = Math.max(0, Math.floor(this.element.scrollTop / height) - BEYOND);
    const last = Math.min(this.keys.length, Math.ceil((this.element.scrollTop + this.element.clientHeight) / height) + BEYOND);
    const [from, until] = [Math.min(this.active, this.anchor), Math.max(this.active, this.anchor)];
    const items = [];
    const missing = [];
    for (let at = first; at < last; at += 1) items.push(this.item(at, height, at >= from && at <= until, missing));
    if (this.active >= 0 && (this.active < first || this.active >= last)) items.push(this.item(this.active, height, true, missing));
    fill(this.space, items);
    this.element.toggleAttribute("data-empty", !this.keys.length);
    if (this.active >= 0) this.element.setAttribute("aria-activedescendant", `row-${this.active}`);
    else this.element.removeAttribute("aria-activedescendant");
    if (missing.length) this.want(missing);
  }

  item(at, height, selected, missing) {
    const key = this.keys[at];
    const row = this.rows.get(key);
    if (!row) missing.push(key);
    return h(
      "div",
      {
        class: `row-item${at === this.active ? " active" : ""}`,
        id: `row-${at}`,
        role: "option",
        "aria-selected": String(selected),
        "aria-posinset": at + 1,
        "aria-setsize": this.keys.length,
        dataset: { at },
        style: { top: `${at * height}px` },
      },
      row ? this.draw(row) : h("span", { class: "muted" }, "…"),
    );
  }

  want(keys) {
    for (const key of keys) this.wanted.add(key);
    clearTimeout(this.timer);
    this.timer = setTimeout(async () => {
      const asked = [...this.wanted].slice(0, 100);
      this.wanted.clear();
      this.update(await this.fetchRows(asked));
    }, 50);
  }

  clicked(event) {
    const item = event.target.closest("[data-at]");
    if (!item) return;
    this.choose(Number(item.dataset.at), { extend: event.shiftKey });
    this.picked?.();
  }
}
