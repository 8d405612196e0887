// The words of the open clip, with those around it: buttons with one tab stop; Shift, or the mouse, chooses several.
import { fill, h } from "../lib/dom.js";

const PAUSE_MS = 700; // a silence that is shown
const STATES = { struck: ", struck", out: ", outside the clip" };

export class ClipWords {
  /** `chosen()` is told that the choice changed, `play(ms)` and `seek(ms)` that a word was asked for, `toggle()` Space. */
  constructor({ chosen, play, seek, toggle }) {
    Object.assign(this, { chosen, play, seek, toggle });
    this.words = []; // {text, start, end, glued, state, button}
    this.anchor = this.focus = -1;
    this.element = h("div", { class: "words clip-words", role: "group", "aria-label": "Words of the clip. Arrow keys go from word to word, Shift chooses several, X strikes them, Enter plays from there." });
    this.element.addEventListener("keydown", (event) => this.moved(event));
    this.element.addEventListener("pointerdown", (event) => this.pressed(event));
    this.element.addEventListener("pointerover", (event) => this.drawn(event));
    this.element.addEventListener("click", (event) => this.clicked(event));
    this.element.addEventListener("dblclick", (event) => this.playFrom(event.target));
  }

  /** Show the words of a clip; what was chosen stays chosen as long as the words are there. */
  load(clip) {
    const same = this.clip?.response === clip.response && this.clip?.from_ms === clip.from_ms;
    const times = same && this.focus >= 0 ? [this.words[this.anchor]?.start, this.words[this.focus]?.start] : null;
    const focused = this.element.contains(document.activeElement);
    this.clip = clip;
    this.words = [];
    fill(this.element, clip.sentences.map((sentence) => this.sentence(sentence)));
    const placeOf = (start) => this.words.findIndex((word) => word.start === start);
    const [anchor, focus] = times ? times.map(placeOf) : [-1, -1];
    const first = Math.max(0, this.words.findIndex(({ state }) => state === "in"));
    this.spoken = null;
    this.anchor = anchor >= 0 && focus >= 0 ? anchor : -1;
    this.focus = this.anchor >= 0 ? focus : -1;
    this.tabStop(this.focus >= 0 ? this.focus : first);
    this.paint();
    if (focused) this.words[this.focus >= 0 ? this.focus : first]?.button.focus({ preventScroll: true });
    if (!same) this.bring(this.words[first]?.button);
  }

  sentence({ asked, unclear, words }) {
    const parts = [];
    let gone = null; // the <del> that is being filled
    for (const [text, start, end, glued, state] of words) {
      const before = this.words.at(-1);
      const button = h("button", { type: "button", class: `word ${state}`, tabindex: -1, "aria-pressed": "false", "aria-label": STATES[state] ? `${text}${STATES[state]}` : null, dataset: { at: this.words.length, start, end } }, text);
      this.words.push({ text, start, end, glued, state, button });
      if (before && start - before.end >= PAUSE_MS) parts.push(h("span", { class: "pause", "aria-hidden": "true", title: `${((start - before.end) / 1000).toFixed(1)} s of silence` }, " · "));
      if (state !== "struck") gone = null;
      else if (!gone) {
        parts.push(glued ? "" : " ");
        gone = h("del", {});
        parts.push(gone);
        gone.append(button);
        continue;
      }
      if (gone) gone.append(glued ? "" : " ", button);
      else parts.push(glued ? "" : " ", button);
    }
    return h("p", { class: `sentence${words.some(([, , , , state]) => state !== "out") ? " inside" : ""}` }, asked && h("span", { class: "speaker" }, "Interviewer: "), unclear && h("span", { class: "speaker" }, "Not clearly recognised: "), parts);
  }

  /** The chosen words, in order; none if nothing is chosen. */
  get selection() {
    if (this.focus < 0) return [];
    return this.words.slice(Math.min(this.anchor, this.focus), Math.max(this.anchor, this.focus) + 1);
  }

  get current() {
    return this.words[this.focus];
  }

  choose(at, extend = false) {
    const place = Math.max(0, Math.min(at, this.words.length - 1));
    if (!this.words[place]) return;
    this.focus = place;
    if (!extend || this.anchor < 0) this.anchor = place;
    this.tabStop(place);
    this.words[place].button.focus({ preventScroll: true });
    this.bring(this.words[place].button);
    this.paint();
  }

  clear() {
    this.anchor = this.focus = -1;
    this.paint();
  }

  paint() {
    const [from, until] = [Math.min(this.anchor, this.focus), Math.max(this.anchor, this.focus)];
    this.words.forEach(({ button }, at) => button.setAttribute("aria-pressed", String(this.focus >= 0 && at >= from && at <= until)));
    this.chosen();
  }

  tabStop(at) {
    this.words.forEach(({ button }, other) => (button.tabIndex = other === at ? 0 : -1));
  }

  bring(button) {
    if (!button) return;
    const [box, frame] = [button.getBoundingClientRect(), this.element.getBoundingClientRect()];
    if (box.top < frame.top || box.bottom > frame.bottom) this.element.scrollTop += box.top - frame.top - frame.height / 3;
  }

  /** Mark the word that is spoken. */
  mark(ms) {
    const word = this.words.findLast(({ start }) => start <= ms + 30);
    const spoken = word && ms <= word.end + 250 ? word.button : null;
    if (spoken === this.spoken) return;
    this.spoken?.classList.remove("spoken");
    this.spoken = spoken;
    spoken?.classList.add("spoken");
  }

  // keyboard and mouse

  moved(event) {
    const button = event.target.closest(".word");
    if (!button || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = Number(button.dataset.at);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: this.words.length - 1 }[event.key];
    if (to !== undefined) {
      if (event.shiftKey && this.focus !== at) this.anchor = this.focus = at;
      this.choose(to, event.shiftKey);
    } else if (event.key === "Escape" && this.focus >= 0) this.clear();
    else if (event.key === "Enter") this.playFrom(button);
    else if (event.key === " ") this.toggle();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  pressed(event) {
    const button = event.target.closest?.(".word");
    if (!button || event.button) return;
    event.preventDefault(); // no marked text beside the chosen words
    if (event.pointerType === "mouse") this.pressing = true;
    document.addEventListener("pointerup", () => (this.pressing = false), { once: true });
    this.choose(Number(button.dataset.at), event.shiftKey);
  }

  drawn(event) {
    const button = this.pressing && event.target.closest?.(".word");
    if (button) this.choose(Number(button.dataset.at), true);
  }

  clicked(event) {
    const button = event.target.closest(".word");
    if (!button || !event.detail) return;
    if (this.selection.length === 1) this.seek(Number(button.dataset.start));
  }

  playFrom(target) {
    const button = target.closest?.(".word");
    if (button) this.play(this.words[Number(button.dataset.at)]);
  }
}
