// The open clip: its player, its wave, its words, and what changes it. Each change is one record in the library.
import { post } from "../lib/api.js";
import { fill, h, icon } from "../lib/dom.js";
import { clock, day } from "../lib/format.js";
import { cap, on } from "../lib/keys.js";
import { say, tell } from "../lib/say.js";
import { CutPlayer } from "./reel_player.js";
import { ClipWave } from "./reel_wave.js";
import { ClipWords } from "./reel_words.js";

const STEP_MS = 50;
const EDGES = [
  ["begin", -1, "Begin earlier", "["],
  ["begin", 1, "Begin later", "]"],
  ["end", -1, "End earlier", "⇧ ["],
  ["end", 1, "End later", "⇧ ]"],
];

export class ClipEditor {
  /** `doing(work)` does one change after the other and shows the result, `done({words, run})` remembers how to undo it. */
  constructor({ api, signal, doing, done }) {
    Object.assign(this, { api, signal, doing, done });
    this.exactly = false;
    this.again = new Map(); // number of a strike that was taken back -> number of the same strike, made again
    this.player = new CutPlayer({ signal, timed: (ms) => this.timed(ms) });
    this.wave = new ClipWave({ signal, seek: (ms) => this.player.seek(ms) });
    this.words = new ClipWords({
      chosen: () => this.drawActions(),
      play: (word) => this.playWord(word),
      seek: (ms) => this.player.seek(ms),
      toggle: () => this.player.toggle(),
    });
    this.head = h("div", { class: "moment-facts" });
    this.seamButton = h("button", { type: "button", onclick: () => this.hearSeam() }, icon("wave"), h("span", {}, "Hear the seam"), cap("s"));
    this.player.controls.append(this.seamButton);
    this.actions = h("div", { class: "actions", role: "group", "aria-label": "Words" });
    this.edges = h("div", { class: "edges", role: "group", "aria-label": "Edges" });
    this.element = h("div", { class: "clip-editor" }, this.head, this.player.element, this.wave.canvas, this.words.element, this.actions, this.edges);
    this.drawEdges();
  }

  /** Show a clip as the server tells it. */
  show(clip) {
    this.clip = clip;
    const { who, question } = clip;
    fill(this.head, h("h2", {}, who.label), h("p", { class: "muted small" }, [who.segment && `${who.segment} customer`, who.score !== null && `scored ${who.score}`, who.date && day(who.date)].filter(Boolean).join(" · ")), question && h("p", { class: "question muted small" }, "Asked: ", question));
    this.player.load(clip);
    this.wave.load(clip);
    this.words.load(clip);
    this.drawActions();
    this.drawEdges();
  }

  stop() {
    this.player.media?.pause();
  }

  timed(ms) {
    this.words.mark(ms);
    this.wave.mark(ms);
  }

  playWord(word) {
    if (word.state !== "struck") return this.player.play(word.start);
    const at = this.words.words.indexOf(word);
    let [first, last] = [at, at];
    while (this.words.words[first - 1]?.state === "struck") first -= 1;
    while (this.words.words[last + 1]?.state === "struck") last += 1;
    return this.player.playParts([[this.words.words[first].start - 60, this.words.words[last].end + 60]]);
  }

  hearSeam() {
    const { current } = this.words;
    this.player.hearSeam(undefined, current?.state === "struck" ? current.start : null);
  }

  // words

  /** What X would do with the chosen words: "strike", "unstrike", or "" if nothing. */
  get means() {
    const inside = this.words.selection.filter(({ state }) => state !== "out");
    if (!inside.length) return "";
    return inside.every(({ state }) => state === "struck") ? "unstrike" : "strike";
  }

  drawActions() {
    if (!this.clip) return;
    const { means } = this;
    const chosen = this.words.selection.filter(({ state }) => state !== "out").length;
    const label = means === "unstrike" ? "Take the strike back" : chosen > 1 ? `Strike ${chosen} words` : "Strike the word";
    const button = h("button", { type: "button", class: "danger", disabled: !means, onclick: () => this.strike() }, icon(means === "unstrike" ? "undo" : "drop"), h("span", {}, label), cap("x"));
    const had = this.actions.contains(document.activeElement);
    fill(this.actions, button, h("span", { class: "muted small hint" }, means ? "" : "Choose words: with the mouse, or with the arrow keys and Shift."));
    if (had) (button.disabled ? this.words.words.find((word) => word.button.tabIndex === 0)?.button : button)?.focus();
  }

  strike() {
    const { means, words } = this;
    if (!means) return void say(words.selection.length ? "These words are outside the clip." : "Choose the words to strike first.");
    const chosen = words.selection.filter(({ state }) => state !== "out");
    const stretch = [chosen[0].start, Math.max(...chosen.map(({ end }) => end))];
    const said = chosen.map(({ text, glued }, at) => (at && !glued ? " " : "") + text).join("");
    return this.doing(() => (means === "strike" ? this.striking(stretch, said) : this.unstriking(stretch)));
  }

  async striking(stretch, said) {
    const told = await this.change({ strike: [stretch] }, stretch);
    if (!told) return void say("Nothing was struck.");
    this.done({ words: `struck “${said}”`, run: () => post("/api/undo", { numbers: told.numbers.map((number) => this.latest(number)) }) });
    tellNotes(told, `Struck: “${said}”. The clip says: ${told.text}`);
  }

  async unstriking(stretch) {
    const { key } = this.clip;
    const told = await this.change({ unstrike: [stretch] }, null);
    if (!told) return;
    const back = told.taken_back;
    const said = this.words.words.filter(({ start, end, state }) => state === "struck" && back.some((s) => start + end >= 2 * s.start_ms && start + end <= 2 * s.end_ms)).map(({ text }) => text).join(" ");
    const run = async () => {
      for (const { number, start_ms: start, end_ms: end, exact } of back) {
        const { numbers } = await post(`${this.api}/edit`, { key, strike: [[start, end]], exactly: exact, sure: true });
        this.again.set(number, numbers[0]);
      }
    };
    this.done({ words: `“${said}” shown again`, run });
    tellNotes(told, `Shown again: “${said}”. The clip says: ${told.text}`);
  }

  latest(number) {
    return this.again.has(number) ? this.latest(this.again.get(number)) : number;
  }

  /** Ask the server for a change; where it may turn the meaning, ask the person first. Null: the person said no. */
  async change(asked, hole) {
    const body = { key: this.clip.key, ...asked };
    const told = await post(`${this.api}/edit`, body);
    if (!told.risks) return told;
    const agreed = await this.askFirst(told, hole);
    return agreed ? post(`${this.api}/edit`, { ...body, sure: true }) : null;
  }

  askFirst({ text, risks, notes }, hole) {
    this.stop();
    return new Promise((resolve) => {
      const answer = (yes) => h("button", { type: "submit", value: yes ? "yes" : "no", class: yes ? "danger" : "primary" }, yes ? "Strike it" : "Leave it");
      const dialog = h(
        "dialog",
        { class: "sheet", "aria-labelledby": "ask-title" },
        h(
          "form",
          { method: "dialog", class: "sheet" },
          h("h2", { id: "ask-title" }, "Does it still say what the customer means?"),
          h("p", {}, "The clip would say: ", h("q", {}, text)),
          h("ul", { class: "reason-list" }, [...risks.map((risk) => `${risk[0].toUpperCase()}${risk.slice(1)}.`), ...notes].map((reason) => h("li", {}, reason))),
          h("p", { class: "muted" }, "Listen to it before you decide."),
          h("div", { class: "row end" }, hole && h("button", { type: "button", onclick: () => this.hearWithout(hole) }, icon("wave"), h("span", {}, "Hear it")), answer(false), answer(true)),
        ),
      );
      dialog.addEventListener("close", () => {
        const agreed = dialog.returnValue === "yes";
        dialog.remove();
        this.stop();
        resolve(agreed);
      });
      document.body.append(dialog);
      dialog.showModal();
      dialog.querySelector("[value=no]").focus();
    });
  }

  /** Play the clip as if this stretch were struck already. */
  hearWithout([start, end]) {
    const without = this.player.stretches.flatMap(([from, until]) => [[from, Math.min(until, start)], [Math.max(from, end), until]].filter(([a, b]) => a < b));
    this.player.playParts(without);
  }

  // edges

  drawEdges() {
    const step = this.exactly ? "50 ms" : "a word";
    const had = this.edges.contains(document.activeElement) ? document.activeElement.dataset.edge : "";
    const toggle = h("button", { type: "button", dataset: { edge: "exactly" }, "aria-pressed": String(this.exactly), onclick: () => ((this.exactly = !this.exactly), this.drawEdges()) }, h("span", {}, "50 ms, exactly"), h("kbd", { "aria-hidden": "true" }, "Alt"));
    fill(
      this.edges,
      EDGES.map(([edge, direction, label, key]) => h("button", { type: "button", dataset: { edge: label }, "aria-label": `${label} by ${step}`, onclick: (event) => this.moveEdge(edge, direction, this.exactly || event.altKey) }, h("span", {}, label), h("kbd", { "aria-hidden": "true" }, key))),
      toggle,
      this.clip?.trim && h("button", { type: "button", class: "quiet", onclick: () => this.untrim() }, icon("undo"), h("span", {}, "Take the trim back")),
      this.clip?.strikes
        .filter(({ text }) => !text)
        .map((pause) => h("button", { type: "button", class: "quiet", onclick: () => this.withdraw(pause.number, "struck pause") }, icon("undo"), h("span", {}, `Take back the pause struck at ${clock(pause.start_ms)}`))),
    );
    if (had && !this.edges.contains(document.activeElement)) this.edges.querySelector(`[data-edge="${had}"]`)?.focus();
  }

  untrim() {
    return this.withdraw(this.clip.trim.number, "trim");
  }

  /** Take back an earlier edit, made here or elsewhere. */
  withdraw(number, what) {
    return this.doing(async () => {
      await post("/api/undo", { numbers: [number] });
      say(`Taken back: the ${what}.`);
      this.words.words.find(({ button }) => button.tabIndex === 0)?.button.focus();
    });
  }

  edgeBindings() {
    const sheet = (keys, alt, label) => ({ keys, alt, label, run: () => null }); // `edgeKey` does it, whatever the keyboard's layout
    return [sheet(["[", "]"], false, "Begin a word earlier or later; with Shift the end"), sheet(["[", "]"], true, "The same by 50 ms, without looking for a pause")];
  }

  /** The keys where a US keyboard has [ and ], or those that write them. */
  edgeKey(event) {
    const typed = event.getModifierState("AltGraph");
    const direction = event.code === "BracketLeft" || event.key === "[" ? -1 : event.code === "BracketRight" || event.key === "]" ? 1 : 0;
    if (!direction || !on() || (event.ctrlKey && !typed) || event.metaKey || event.target.closest("input:not([type=range]), textarea, select")) return;
    event.preventDefault();
    if (this.clip && !this.element.hidden) this.moveEdge(event.shiftKey ? "end" : "begin", direction, event.altKey && !typed);
  }

  moveEdge(edge, direction, exactly) {
    return this.doing(async () => {
      const asked = exactly ? this.byTime(edge, direction) : this.byWord(edge, direction);
      if (!asked) return void say(direction < 0 === (edge === "begin") ? "There is no further word near here." : "That would leave no word.");
      const told = await this.change(asked, null);
      if (!told) return;
      const [label] = EDGES.filter(([name, way]) => name === edge && way === direction).map(([, , text]) => text);
      this.done({ words: label.replace("Begin", "began").replace("End", "ended"), run: () => post("/api/undo", { numbers: told.numbers }) });
      tellNotes(told, exactly ? `${label}: 50 ms.` : `The clip says: ${told.text}`);
    });
  }

  byTime(edge, direction) {
    const [begin, end] = [this.clip.stretches[0][0], this.clip.stretches.at(-1)[1]];
    const moved = { begin, end, [edge]: Math.max(0, (edge === "begin" ? begin : end) + direction * STEP_MS) };
    return moved.end > moved.begin ? { ...moved, exactly: true } : null;
  }

  byWord(edge, direction) {
    const { words } = this.words;
    const inside = words.flatMap(({ state }, at) => (state === "in" ? [at] : []));
    const from = edge === "begin" ? inside[0] : inside.at(-1);
    let to = from + direction;
    while (words[to]?.state === "struck") to += direction;
    if (!words[to] || (edge === "begin" ? to > inside.at(-1) : to < inside[0])) return null;
    return edge === "begin" ? { begin: words[to].start } : { end: words[to].end };
  }
}

function tellNotes(told, words) {
  if (told.notes.length) tell(told.notes.join(" "));
  say([words, ...told.notes].join(" "));
}
