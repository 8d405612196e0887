// The player: a moment with the words running along, what is said around it, a wave where there is no picture.
import { get } from "./api.js";
import { fill, h, icon } from "./dom.js";
import { clock } from "./format.js";
import { cap } from "./keys.js";

const SPEEDS = [1, 1.25, 1.5, 2];

/** Play; nothing happens where that was stopped before it began, or where the browser wants a click first. */
export async function begin(media) {
  try {
    await media.play();
  } catch {
    // the button shows it
  }
}

/** How a stretch differs from what was uploaded, in words. */
export const treatment = ({ redacted, blurred }) =>
  [redacted && "Private details are bleeped, as in the reel.", blurred && "Faces are blurred, as in the reel. The first time this takes a while."].filter(Boolean).join(" ");

export class Player {
  constructor({ signal }) {
    this.signal = signal;
    this.around = false;
    this.speed = 1;
    this.moment = null;
    this.following = true;
    this.stage = h("div", { class: "stage" });
    this.playButton = h("button", { type: "button", class: "play", onclick: () => this.toggle() });
    this.scrub = h("input", { type: "range", class: "scrub", min: 0, max: 1000, step: 1, value: 0, "aria-label": "Place in the answer", oninput: () => this.seek(Number(this.scrub.value)) });
    this.time = h("span", { class: "time" });
    this.aroundButton = h("button", { type: "button", "aria-pressed": "false", onclick: () => this.setAround(!this.around) }, h("span", {}, "15 s around"), cap("a"));
    this.speedButton = h("button", { type: "button", class: "quiet", onclick: () => this.nextSpeed() }, "1×");
    this.words = h("div", { class: "words", role: "group", "aria-label": "Words. Arrow keys go from word to word, Enter plays from there.", tabindex: -1 });
    this.backButton = h("button", { type: "button", class: "back-to-word", hidden: true, onclick: () => this.follow() }, icon("down"), h("span", {}, "Back to the current word"));
    this.note = h("p", { class: "muted small player-note" });
    this.element = h(
      "div",
      { class: "player" },
      this.stage,
      h("div", { class: "controls" }, this.playButton, this.scrub, this.time, this.aroundButton, this.speedButton),
      this.note,
      h("div", { class: "words-frame" }, this.words, this.backButton),
    );
    this.words.addEventListener("click", (event) => this.clicked(event));
    this.words.addEventListener("keydown", (event) => this.moved(event));
    for (const kind of ["wheel", "touchmove", "pointerdown"]) this.words.addEventListener(kind, () => this.stopFollowing(), { passive: true });
    signal.addEventListener("abort", () => this.unload());
    this.drawPlay();
  }

  /** Show a moment as the server tells it. `play`: begin at once. */
  load(moment, { play = false } = {}) {
    this.unload();
    this.moment = moment;
    const { video, src } = moment.play;
    this.media = h(video ? "video" : "audio", { src, preload: "auto", playsinline: true, "aria-label": "The customer's answer" });
    this.media.playbackRate = this.speed;
    this.media.addEventListener("error", () => this.failed());
    this.media.addEventListener("play", () => (this.drawPlay(), this.run()));
    this.media.addEventListener("pause", () => this.drawPlay());
    this.media.addEventListener("loadedmetadata", () => this.seek(this.first()));
    fill(this.stage, this.media, video ? null : this.wave(moment));
    this.stage.classList.toggle("sound-only", !video);
    this.note.textContent = treatment(moment.play);
    this.drawWords();
    this.bounds();
    if (play) this.play();
  }

  unload() {
    cancelAnimationFrame(this.frame);
    if (!this.media) return;
    this.media.pause();
    this.media.removeAttribute("src");
    this.media.load();
    this.media = null;
  }

  failed() {
    if (!this.media?.getAttribute("src")) return;
    fill(this.stage, h("p", { class: "stage-words" }, "This answer cannot be played here. Its words are below."));
  }

  // time, in ms of the answer

  first = () => (this.around ? this.moment.from_ms : Math.max(this.moment.from_ms, this.moment.start_ms - 150));
  last = () => (this.around ? this.moment.until_ms : Math.min(this.moment.until_ms, this.moment.end_ms + 250));
  now = () => (this.media ? this.media.currentTime * 1000 + this.moment.play.offset_ms : 0);

  seek(ms) {
    if (!this.media) return;
    this.media.currentTime = Math.max(0, (ms - this.moment.play.offset_ms) / 1000);
    this.drawTime(ms);
  }

  async play(from) {
    if (!this.media) return;
    if (from !== undefined) this.seek(from);
    else if (this.now() >= this.last() - 60 || this.now() < this.first() - 1000) this.seek(this.first());
    this.stopAt = this.now() < this.last() ? this.last() : this.moment.until_ms;
    await begin(this.media);
  }

  toggle() {
    if (!this.media) return;
    if (this.media.paused) this.play();
    else this.media.pause();
  }

  setAround(around) {
    this.around = around;
    this.aroundButton.setAttribute("aria-pressed", String(around));
    if (!this.moment) return;
    this.bounds();
    this.drawWords();
    this.play(this.first());
  }

  nextSpeed() {
    this.speed = SPEEDS[(SPEEDS.indexOf(this.speed) + 1) % SPEEDS.length];
    this.speedButton.textContent = `${this.speed}×`;
    this.speedButton.setAttribute("aria-label", `Speed ${this.speed}`);
    if (this.media) this.media.playbackRate = this.speed;
  }

  run() {
    const step = () => {
      if (!this.media || this.media.paused) return;
      const now = this.now();
      if (now >= this.stopAt) {
        this.media.pause();
        this.seek(this.stopAt);
      }
      this.drawTime(now);
      this.frame = requestAnimationFrame(step);
    };
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(step);
  }

  // what is drawn

  drawPlay() {
    const playing = Boolean(this.media && !this.media.paused);
    fill(this.playButton, icon(playing ? "stop" : "play"), h("span", {}, playing ? "Stop" : "Play"), cap(" "));
  }

  bounds() {
    this.scrub.min = this.first();
    this.scrub.max = this.last();
    this.drawTime(this.first());
  }

  drawTime(ms) {
    this.scrub.value = ms;
    const [done, all] = [ms - this.first(), this.last() - this.first()];
    this.time.textContent = `${clock(done)} / ${clock(all)}`;
    this.scrub.setAttribute("aria-valuetext", `${clock(done)} of ${clock(all)}`);
    this.marker?.style.setProperty("left", `${Math.max(0, Math.min(100, (100 * (ms - this.moment.from_ms)) / (this.moment.until_ms - this.moment.from_ms)))}%`);
    this.mark(ms);
  }

  drawWords() {
    this.buttons = [];
    const sentences = this.moment.sentences.filter(({ inside }) => inside || this.around);
    fill(
      this.words,
      sentences.map((sentence) =>
        h(
          "p",
          { class: `sentence${sentence.inside ? " inside" : ""}${sentence.mark ? " mark" : ""}` },
          sentence.mark && h("span", { class: "hidden" }, "Most likely about it: "),
          sentence.asked && h("span", { class: "speaker" }, "Interviewer: "),
          sentence.unclear && h("span", { class: "speaker" }, "Not clearly recognised: "),
          sentence.words.map(([text, start, end, glued]) => {
            const word = h("button", { type: "button", class: "word", tabindex: -1, dataset: { start, end } }, text);
            this.buttons.push(word);
            return glued ? word : [" ", word];
          }),
          sentence.english && h("span", { class: "english", lang: "en" }, sentence.english),
        ),
      ),
    );
    if (this.buttons[0]) this.buttons[0].tabIndex = 0;
    this.current = null;
    this.words.scrollTop = 0;
  }

  mark(ms) {
    const word = this.buttons?.findLast?.(({ dataset }) => Number(dataset.start) <= ms + 30) ?? null;
    const spoken = word && ms <= Number(word.dataset.end) + 250 ? word : null;
    if (spoken === this.current) return;
    this.current?.classList.remove("spoken");
    this.current = spoken;
    spoken?.classList.add("spoken");
    if (spoken && this.following && !this.media?.paused) this.bring(spoken);
  }

  bring(word) {
    const [box, frame] = [word.getBoundingClientRect(), this.words.getBoundingClientRect()];
    if (box.top < frame.top || box.bottom > frame.bottom) this.words.scrollTop += box.top - frame.top - frame.height / 3;
  }

  follow() {
    this.following = true;
    this.backButton.hidden = true;
    if (this.current) this.bring(this.current);
    else this.words.scrollTop = 0;
  }

  stopFollowing() {
    if (this.words.scrollHeight <= this.words.clientHeight + 2) return;
    this.following = false;
    this.backButton.hidden = false;
  }

  wave(moment) {
    const bars = h("div", { class: "bars", "aria-hidden": "true" });
    this.marker = h("i", { class: "marker" });
    const frame = h("div", { class: "wave", onclick: (event) => this.seekWave(event, frame) }, bars, this.marker);
    const address = `/api/wave/${moment.response}/${moment.from_ms}-${moment.until_ms}?parts=120`;
    get(address, { signal: this.signal })
      .then(({ levels }) =>
        fill(
          bars,
          levels.map((level, at) => {
            const ms = moment.from_ms + ((at + 0.5) * (moment.until_ms - moment.from_ms)) / levels.length;
            return h("i", { class: ms >= moment.start_ms && ms <= moment.end_ms ? "in" : "", style: { height: `${Math.max(4, 100 * level)}%` } });
          }),
        ),
      )
      .catch(() => null);
    return frame;
  }

  seekWave(event, frame) {
    const box = frame.getBoundingClientRect();
    this.play(this.moment.from_ms + ((event.clientX - box.left) / box.width) * (this.moment.until_ms - this.moment.from_ms));
  }

  // the words by keyboard and mouse

  clicked(event) {
    const word = event.target.closest(".word");
    if (!word) return;
    this.focusWord(word);
    this.play(Number(word.dataset.start));
  }

  moved(event) {
    const at = this.buttons.indexOf(event.target.closest(".word"));
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: this.buttons.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.focusWord(this.buttons[Math.max(0, Math.min(to, this.buttons.length - 1))]);
  }

  focusWord(word) {
    for (const other of this.buttons) other.tabIndex = -1;
    word.tabIndex = 0;
    word.focus({ preventScroll: true });
    this.bring(word);
  }
}
