// The reel of a problem as the next build makes it: cards and clips in order, how long it is, what found no room.
import { address, get, post } from "../lib/api.js";
import { fill, h, icon } from "../lib/dom.js";
import { clock, many } from "../lib/format.js";
import { bind, cap } from "../lib/keys.js";
import { badge, problemHead } from "../lib/parts.js";
import { complain, say } from "../lib/say.js";
import { ClipEditor } from "./reel_clip.js";

export default {
  title: ({ params }) => `The reel – ${params.slug}`,

  async show(root, place) {
    await new Reel(root, place).begin();
  },
};

class Reel {
  constructor(root, place) {
    Object.assign(this, { root, place });
    this.api = `/api/problems/${encodeURIComponent(place.params.slug)}/reel`;
    this.opened = place.query.get("clip") ?? "";
    this.stack = []; // what was done here, the last at the end: {words, run}
    this.sent = Promise.resolve();
    this.cardPictures = new Map();
    this.editor = new ClipEditor({ api: this.api, signal: place.signal, doing: (work) => this.doing(work), done: (step) => this.stack.push(step) });
  }

  async begin() {
    this.told = await this.fetch();
    this.length = h("section", { class: "reel-length", "aria-label": "Length" });
    this.list = h("ol", { class: "reel-list", "aria-label": "Cards and clips in order" });
    this.waiting = h("div", { class: "reel-waiting" });
    this.undo = h("button", { type: "button", onclick: () => this.takeBack() });
    this.figure = h("div", { class: "reel-card-view" });
    this.pane = h("section", { class: "pane", "aria-label": "The open clip" }, this.editor.element, this.figure);
    const side = h("section", { class: "reel-side", "aria-label": "Order" }, h("div", { class: "row reel-tools" }, this.undo), this.list, this.waiting);
    this.work = h("div", { class: "reel-work" }, side, this.pane);
    fill(this.root, problemHead(this.told.problem, "reel"), this.length, this.work);
    this.dragging();
    this.work.addEventListener("keydown", (event) => this.editor.edgeKey(event), { signal: this.place.signal });
    bind(this.work, this.bindings(), this.place.signal);
    document.addEventListener("changed", () => this.doing(() => null), { signal: this.place.signal });
    this.draw();
    const wanted = this.clips.find(({ key }) => key === this.opened) ?? this.clips[0];
    if (wanted) await this.open(wanted.key);
    else this.nothingOpen();
  }

  fetch() {
    return get(this.api, { signal: this.place.signal });
  }

  get clips() {
    return this.told.items.filter(({ kind }) => kind === "clip");
  }

  /** Change something, one thing after the other, and show what became of it. */
  doing(work) {
    this.sent = this.sent
      .then(work)
      .catch(complain)
      .then(() => this.refresh())
      .catch(complain);
    return this.sent;
  }

  async refresh() {
    const [told, clip] = await Promise.all([this.fetch(), this.openedCard ? null : this.fetchClip(this.opened).catch(() => null)]);
    this.told = told;
    if (clip) {
      this.before = this.opened; // a trim gives its clip another key
      this.opened = clip.key;
      this.editor.show(clip);
    } else if (!this.openedCard && this.opened && !this.clips.some(({ key }) => key === this.opened)) {
      say("The open clip is no longer in the reel.");
      if (this.clips.length) await this.open(this.clips[0].key);
      else this.nothingOpen();
    }
    if (this.openedCard) this.openCard(this.openedCard);
    this.draw();
  }

  draw() {
    this.drawLength();
    this.drawList();
    this.drawWaiting();
    this.drawUndo();
  }

  // how long it is

  drawLength() {
    const { wanted_ms: wanted, length_ms: length, items, kept_without_room: kept, nothing } = this.told;
    if (nothing) return void fill(this.length, h("div", { class: "nothing" }, h("h2", {}, "There is no reel yet."), h("p", {}, nothing.message), h("p", { class: "muted" }, nothing.remedy)));
    const all = Math.max(wanted, length, 1);
    const share = (ms) => ({ width: `${(100 * ms) / all}%` });
    const over = length - wanted;
    const room = over > 500 ? `${clock(over)} too long` : `${clock(Math.max(0, -over))} free`;
    return void fill(
      this.length,
      h("p", { class: "length-words" }, h("b", {}, clock(length)), ` of ${clock(wanted)}, ${room}; ${many(this.clips.length, "clip")}`, kept > 0 && [" ", badge("maybe", `${many(kept, "kept sentence")} found no room`, "warn")]),
      h(
        "div",
        { class: "time-bar", "aria-hidden": "true" },
        items.map((item) => h("i", { class: `${item.kind}${item.kind === "clip" && item.key === this.opened && !this.openedCard ? " open" : ""}`, style: share(item.length_ms) })),
        length > wanted && h("i", { class: "wanted", style: { left: `${(100 * wanted) / all}%` } }),
      ),
    );
  }

  drawWaiting() {
    const { waiting, waiting_more: more, kept_without_room: kept } = this.told;
    const open = this.waiting.querySelector("details")?.open ?? kept > 0;
    fill(
      this.waiting,
      waiting.length > 0 &&
        h(
          "details",
          { class: "card", open },
          h("summary", {}, `Found no room: ${many(waiting.length + more, "sentence")}${kept ? `, ${kept} kept` : ""}`),
          h(
            "ul",
            { class: "plain" },
            waiting.map((entry) => h("li", {}, entry.kept && [badge("keep", "Kept", "keep"), " "], h("b", {}, entry.who.label), `: “${entry.text}” `, h("span", { class: "muted" }, entry.why))),
            more > 0 && h("li", { class: "muted" }, `and ${more} more, all with lower scores`),
          ),
          h("p", { class: "muted small" }, "Make the reel longer ([reel] length), keep fewer, or strike words in other clips."),
        ),
    );
  }

  drawUndo() {
    const last = this.stack.at(-1);
    this.undo.disabled = !last;
    fill(this.undo, icon("undo"), h("span", {}, last ? `Take back: ${last.words}` : "Take back"), cap("u"));
  }

  // the list

  drawList() {
    const focused = this.list.contains(document.activeElement) ? document.activeElement.dataset : null;
    let number = 0;
    fill(this.list, this.told.items.map((item) => (item.kind === "card" ? this.cardItem(item) : this.clipItem(item, (number += 1)))));
    if (!focused?.does) return;
    const key = focused.of === this.before ? this.opened : focused.of;
    const own = (does) => this.list.querySelector(`[data-does="${does}"][data-of="${CSS.escape(key)}"]`);
    const button = own(focused.does);
    (button && !button.disabled ? button : own("open"))?.focus();
  }

  cardItem(card) {
    const current = this.openedCard === card.src;
    return h(
      "li",
      { class: `reel-item card-item${current ? " current" : ""}` },
      h("button", { type: "button", class: "open", "aria-current": current ? "true" : null, dataset: { does: "open", of: card.src }, onclick: () => (this.openCard(card.src, true), this.toPane()) }, this.picture(card, ""), h("span", { class: "item-words" }, h("span", { class: "row-who" }, card.title), h("span", { class: "row-text" }, card.words[0] ?? "")), h("span", { class: "time" }, seconds(card.length_ms))),
    );
  }

  clipItem(clip, number) {
    const current = !this.openedCard && clip.key === this.opened;
    const name = `${clip.who.label}, clip ${number} of ${this.clips.length}`;
    const mover = (step, does, label) =>
      h("button", { type: "button", class: "quiet mover", "aria-label": `${label}: ${name}`, title: label, disabled: step < 0 ? number === 1 : number === this.clips.length, dataset: { does, of: clip.key }, onclick: () => this.move(clip.key, number - 1 + step) }, icon(does));
    return h(
      "li",
      { class: `reel-item${current ? " current" : ""}`, draggable: "true", dataset: { key: clip.key } },
      h(
        "button",
        { type: "button", class: "open", "aria-current": current ? "true" : null, dataset: { does: "open", of: clip.key }, onclick: () => this.open(clip.key).then(() => this.toPane()) },
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
    if (!this.cardPictures.has(address + alt)) this.cardPictures.set(address + alt, h("img", { src: address, alt, class: "card-picture", draggable: "false" }));
    return this.cardPictures.get(address + alt);
  }

  // what is open

  fetchClip(key) {
    return get(address(`${this.api}/clip`, { key }), { signal: this.place.signal });
  }

  async open(key) {
    this.opened = key;
    this.openedCard = "";
    try {
      const clip = await this.fetchClip(key);
      if (this.opened !== key) return;
      this.opened = clip.key;
      this.editor.element.hidden = false;
      fill(this.figure);
      this.editor.show(clip);
      this.mark();
    } catch (problem) {
      complain(problem);
    }
    this.drawLength();
    this.drawList();
  }

  openCard(src, focus = false) {
    const card = this.told.items.find((item) => item.src === src);
    if (!card) return;
    this.openedCard = src;
    this.editor.stop();
    this.editor.element.hidden = true;
    fill(this.figure, h("figure", {}, h("h2", {}, card.title), this.picture(card, card.words.join(". ")), h("figcaption", { class: "muted small" }, `As it will look, for ${seconds(card.length_ms)}. Its words are those of the problem; `, h("code", {}, "reelmaker card"), " draws the same.")));
    if (focus) {
      this.drawLength();
      this.drawList();
    }
  }

  /** Where the pane is below the list, go there. */
  toPane() {
    if (this.pane.getBoundingClientRect().left <= this.list.getBoundingClientRect().left + 1) this.pane.scrollIntoView();
  }

  nothingOpen() {
    this.opened = "";
    this.editor.stop();
    this.editor.element.hidden = true;
  }

  mark() {
    history.replaceState(null, "", address(`#/problem/${encodeURIComponent(this.place.params.slug)}/reel`, { clip: this.opened }));
  }

  next(step) {
    const keys = this.clips.map(({ key }) => key);
    const at = this.openedCard ? (step > 0 ? -1 : keys.length) : keys.indexOf(this.opened);
    const key = keys[at + step];
    if (!key) return say(step > 0 ? "That is the last clip." : "That is the first clip.");
    return this.open(key).then(() => this.list.querySelector(`[data-does="open"][data-of="${CSS.escape(key)}"]`)?.focus());
  }

  // the order

  move(key, to) {
    const before = this.clips.map((clip) => clip.key);
    const from = before.indexOf(key);
    const place = Math.max(0, Math.min(to, before.length - 1));
    if (from < 0 || from === place) return this.sent;
    const after = before.filter((other) => other !== key);
    after.splice(place, 0, key);
    // one record of as few clips as possible: those that open the reel up to the last that moved, or the one that closes it
    const asked = place === before.length - 1 ? { first: [], last: [key] } : { first: after.slice(0, Math.max(from, place) + 1), last: [] };
    const by = new Map(this.clips.map((clip) => [clip.key, clip]));
    const rest = after.map((name) => by.get(name));
    this.told.items = this.told.items.map((item) => (item.kind === "clip" ? rest.shift() : item));
    this.drawList();
    const who = by.get(key).who.label;
    say(`${who}: now clip ${place + 1} of ${after.length}.`);
    return this.doing(async () => {
      const { numbers } = await post(`${this.api}/order`, asked);
      this.stack.push({ words: `moved ${who}`, run: () => post("/api/undo", { numbers }) });
    });
  }

  dragging() {
    const { signal } = this.place;
    const over = (event) => event.target.closest?.("li[data-key]");
    const clear = () => this.list.querySelectorAll(".drop-before, .drop-after, .dragged").forEach((item) => item.classList.remove("drop-before", "drop-after", "dragged"));
    const lower = (item, event) => event.clientY > item.getBoundingClientRect().top + item.offsetHeight / 2;
    const listen = (kind, run) => this.list.addEventListener(kind, run, { signal });
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
      this.list.querySelectorAll(".drop-before, .drop-after").forEach((other) => other.classList.remove("drop-before", "drop-after"));
      item.classList.add(lower(item, event) ? "drop-after" : "drop-before");
    });
    listen("drop", (event) => {
      const item = over(event);
      if (!item || !this.dragged) return;
      event.preventDefault();
      const keys = this.clips.map(({ key }) => key);
      const [from, at] = [keys.indexOf(this.dragged), keys.indexOf(item.dataset.key) + (lower(item, event) ? 1 : 0)];
      this.move(this.dragged, at > from ? at - 1 : at);
    });
    listen("dragend", () => ((this.dragged = null), clear()));
  }

  // undo and keys

  takeBack() {
    const step = this.stack.pop();
    if (!step) return;
    this.drawUndo();
    this.doing(async () => {
      await step.run();
      say(`Taken back: ${step.words}.`);
    });
  }

  moveOpen(step) {
    if (!this.openedCard) this.move(this.opened, this.clips.findIndex(({ key }) => key === this.opened) + step);
  }

  bindings() {
    const { editor } = this;
    const ifClip = (run) => (event) => this.opened && !this.openedCard && run(event);
    return [
      { keys: [" "], label: "Play or stop", run: ifClip(() => editor.player.toggle()) },
      { keys: ["m"], label: "Finished or original", run: ifClip(() => editor.player.switchMode()) },
      { keys: ["s"], label: "Hear the seam: 1.5 seconds before and after each cut", run: ifClip(() => editor.hearSeam()) },
      { keys: ["x"], label: "Strike the chosen words, or take the strike back", run: ifClip(() => editor.strike()) },
      ...editor.edgeBindings(),
      { keys: ["u"], label: "Take back what was done last", run: () => this.takeBack() },
      { keys: ["j"], label: "Next clip", run: () => this.next(1) },
      { keys: ["k"], label: "Clip before", run: () => this.next(-1) },
      { keys: ["ArrowUp"], alt: true, label: "Move the clip up", run: () => this.moveOpen(-1) },
      { keys: ["ArrowDown"], alt: true, label: "Move the clip down", run: () => this.moveOpen(1) },
    ];
  }
}

/** 1640 -> "1.6 s" */
const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
