// The reel of a problem as the next build makes it: cards and clips in order, how long it is, what found no room.
import { address, get, post } from "../lib/api.js";
import { fill, h, icon } from "../lib/dom.js";
import { clock, many } from "../lib/format.js";
import { bind, cap } from "../lib/keys.js";
import { badge, problemHead } from "../lib/parts.js";
import { complain, say } from "../lib/say.js";
import { ClipEditor } from "./reel_clip.js";
import { ReelList, seconds } from "./reel_list.js";

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
    this.openedCard = "";
    this.list = new ReelList({
      signal: place.signal,
      open: (key) => this.open(key).then(() => this.toPane()),
      openCard: (src) => (this.openCard(src), this.drawOpen(), this.toPane()),
      move: (key, to) => this.move(key, to),
    });
    this.editor = new ClipEditor({ api: this.api, signal: place.signal, doing: (work) => this.doing(work), done: (step) => this.stack.push(step) });
  }

  async begin() {
    this.told = await this.fetch();
    this.length = h("section", { class: "reel-length", "aria-label": "Length" });
    this.waiting = h("div", { class: "reel-waiting" });
    this.undo = h("button", { type: "button", onclick: () => this.takeBack() });
    this.automatic = h("button", { type: "button", class: "quiet", onclick: () => this.clearOrder() }, "Back to the automatic order");
    this.figure = h("div", { class: "reel-card-view" });
    this.pane = h("section", { class: "pane", "aria-label": "The open clip" }, this.editor.element, this.figure);
    const side = h("section", { class: "reel-side", "aria-label": "Order" }, h("div", { class: "row reel-tools" }, this.undo, this.automatic), this.list.element, this.waiting);
    this.work = h("div", { class: "reel-work" }, side, this.pane);
    fill(this.root, problemHead(this.told.problem, "reel"), this.length, this.work);
    this.work.addEventListener("keydown", (event) => this.editor.edgeKey(event), { signal: this.place.signal });
    bind(this.work, this.bindings(), this.place.signal);
    document.addEventListener("changed", () => this.doing(() => null), { signal: this.place.signal });
    this.draw();
    const wanted = this.clips.find(({ key }) => key === this.opened) ?? this.clips[0];
    if (wanted) this.open(wanted.key); // not awaited: the screen is there, its clip follows
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
    const key = this.opened;
    const [told, clip] = await Promise.all([this.fetch(), this.openedCard || !key ? null : this.fetchClip(key).catch(() => null)]);
    this.told = told;
    if (clip && this.opened === key && !this.openedCard) {
      this.list.renamed(this.opened, clip.key); // a trim gives its clip another key
      this.opened = clip.key;
      this.editor.show(clip);
    } else if (!this.openedCard && !this.clips.some((other) => other.key === this.opened)) {
      if (this.opened) say("The open clip is no longer in the reel.");
      if (this.clips.length) await this.open(this.clips[0].key);
      else this.nothingOpen();
    }
    if (this.openedCard) this.openCard(this.openedCard);
    this.draw();
  }

  draw() {
    this.drawOpen();
    this.drawUndo();
    this.fetchWaiting();
    this.automatic.hidden = !this.clips.some(({ placed }) => placed);
  }

  /** What shows which clip or card is open. */
  drawOpen() {
    this.drawLength();
    this.list.draw(this.told.items, this.openedCard || this.opened);
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

  /** What found no room is worked out after the rest, and again only after a change. */
  async fetchWaiting() {
    const { told } = this;
    try {
      const waits = await get(`${this.api}/waiting`, { signal: this.place.signal });
      if (this.told !== told) return;
      this.waits = waits;
      this.drawWaiting();
    } catch (problem) {
      complain(problem);
    }
  }

  drawWaiting() {
    const { sentences: waiting, more } = this.waits ?? { sentences: [], more: 0 };
    const kept = waiting.filter((entry) => entry.kept).length;
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
    this.drawOpen();
  }

  openCard(src) {
    const card = this.told.items.find((item) => item.src === src);
    if (!card) return;
    this.openedCard = src;
    this.editor.stop();
    this.editor.element.hidden = true;
    fill(this.figure, h("figure", {}, h("h2", {}, card.title), this.list.picture(card, card.words.join(". ")), h("figcaption", { class: "muted small" }, `As it will look, for ${seconds(card.length_ms)}. Its words are those of the problem; `, h("code", {}, "reelmaker card"), " draws the same.")));
  }

  /** Where the pane is below the list, go there. */
  toPane() {
    if (this.pane.getBoundingClientRect().left <= this.list.element.getBoundingClientRect().left + 1) this.pane.scrollIntoView();
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
    return this.open(key).then(() => this.list.focus(key));
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
    this.drawOpen();
    const who = by.get(key).who.label;
    say(`${who}: now clip ${place + 1} of ${after.length}.`);
    return this.doing(async () => {
      const { numbers } = await post(`${this.api}/order`, asked);
      this.stack.push({ words: `moved ${who}`, run: () => post("/api/undo", { numbers }) });
    });
  }

  clearOrder() {
    const keys = (place) => this.clips.filter(({ placed }) => placed === place).map(({ key }) => key);
    const asked = { first: keys("first"), last: keys("last") };
    this.doing(async () => {
      await post(`${this.api}/order/clear`);
      this.stack.push({ words: "cleared the order", run: () => post(`${this.api}/order`, asked) });
      say("The clips are in the automatic order.");
      this.undo.focus();
    });
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
