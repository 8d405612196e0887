// Plays a clip of the reel from its source: finished, which jumps over what is struck, or original; or only its seams.
import { fill, h, icon } from "../lib/dom.js";
import { clock } from "../lib/format.js";
import { cap } from "../lib/keys.js";
import { begin, treatment } from "../lib/player.js";
import { say } from "../lib/say.js";

const EARLY_MS = 12; // a frame of the screen: what is heard ends at the cut, not after it
const SOON_MS = 300;
const SEAM_MS = 1500;

export class CutPlayer {
  /** `timed(ms)` is told where in the answer it is. */
  constructor({ signal, timed }) {
    Object.assign(this, { signal, timed });
    this.finished = true;
    this.queue = [];
    this.at = 0;
    this.stage = h("div", { class: "stage" });
    this.playButton = h("button", { type: "button", class: "play", onclick: () => this.toggle() });
    this.scrub = h("input", { type: "range", class: "scrub", min: 0, max: 1000, step: 1, value: 0, "aria-label": "Place in the clip", oninput: () => this.seek(Number(this.scrub.value)) });
    this.time = h("span", { class: "time" });
    this.modeButton = h("button", { type: "button", onclick: () => this.switchMode() });
    this.note = h("p", { class: "muted small player-note" });
    this.controls = h("div", { class: "controls" }, this.playButton, this.scrub, this.time, this.modeButton);
    this.element = h("div", { class: "player" }, this.stage, this.controls, this.note);
    signal.addEventListener("abort", () => this.unload());
    this.drawPlay();
    this.drawMode();
  }

  /** Show a clip; one that is played already goes on, with its cuts where they are now. */
  load(clip) {
    const { src, video } = clip.play;
    const moved = JSON.stringify(this.stretches) !== JSON.stringify(clip.stretches);
    this.clip = clip;
    this.stretches = clip.stretches;
    if (this.src !== src) {
      this.unload();
      this.src = src;
      this.media = h(video ? "video" : "audio", { src, preload: "auto", playsinline: true, "aria-label": "The customer's answer" });
      const { media } = this;
      const listen = (kind, run) => media.addEventListener(kind, () => this.media === media && run());
      listen("error", () => this.src && fill(this.stage, h("p", { class: "stage-words" }, "This answer cannot be played here. Its words are below.")));
      listen("play", () => (this.drawPlay(), this.run()));
      listen("pause", () => this.drawPlay());
      listen("timeupdate", () => this.tick()); // also where the page is in the background
      listen("loadedmetadata", () => this.seek(this.first()));
      fill(this.stage, media);
      this.stage.classList.toggle("sound-only", !video);
    } else if (moved && !this.media.paused) this.queueFrom(this.now());
    this.note.textContent = [!video && "This answer has sound only.", treatment(clip.play)].filter(Boolean).join(" ");
    this.scrub.min = this.first();
    this.scrub.max = this.last();
    this.drawTime(Math.max(this.first(), Math.min(this.last(), this.now() || this.first())));
  }

  unload() {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
    this.src = "";
    if (!this.media) return;
    const { media } = this;
    this.media = null;
    media.pause();
    media.removeAttribute("src");
    media.load();
  }

  // time, in ms of the answer

  first = () => this.stretches[0][0];
  last = () => this.stretches.at(-1)[1];
  now = () => (this.media ? this.media.currentTime * 1000 + this.clip.play.offset_ms : 0);

  /** What is played in this mode, one part after the other. */
  parts = () => (this.finished ? this.stretches : [[this.first(), this.last()]]);

  go(ms) {
    if (this.media) this.media.currentTime = Math.max(0, (ms - this.clip.play.offset_ms) / 1000);
    this.drawTime(ms);
  }

  seek(ms) {
    this.queueFrom(ms);
    this.go(ms);
  }

  queueFrom(ms) {
    this.queue = this.parts();
    this.at = this.queue.findIndex(([, end]) => ms < end - EARLY_MS);
    if (this.at < 0) this.at = this.queue.length - 1;
  }

  /** Play from a place, or go on; what is struck is jumped over where the mode says so. */
  play(from = this.now()) {
    if (!this.media) return;
    let ms = from;
    if (ms >= this.last() - 60 || ms < this.first() - 200) ms = this.first();
    this.queueFrom(ms);
    const [start, end] = this.queue[this.at];
    if (ms < start || ms >= end) ms = start;
    if (Math.abs(ms - this.now()) > 1) this.go(ms);
    begin(this.media);
  }

  /** Play these parts only, then stop. */
  playParts(parts) {
    if (!this.media || !parts.length) return;
    this.queue = parts;
    this.at = 0;
    this.go(parts[0][0]);
    begin(this.media);
  }

  toggle() {
    if (!this.media) return;
    if (this.media.paused) this.play();
    else this.media.pause();
  }

  switchMode() {
    this.finished = !this.finished;
    this.drawMode();
    this.queueFrom(this.now());
    if (this.media && !this.media.paused) this.play();
    else this.drawTime(this.now());
    say(this.finished ? "Finished: struck words are jumped over." : "Original: struck words are played.");
  }

  /** 1.5 s before and after each cut, or of the one near `ms`. */
  hearSeam(stretches = this.stretches, ms = null) {
    const cuts = stretches.slice(1).map(([start], at) => [stretches[at], [start, stretches[at + 1][1]]]);
    const near = ms === null ? -1 : cuts.findIndex(([left, right]) => ms >= left[1] - 100 && ms <= right[0] + 100);
    const seams = (near >= 0 ? [cuts[near]] : cuts).flatMap(([left, right]) => [[Math.max(left[0], left[1] - SEAM_MS), left[1]], [right[0], Math.min(right[1], right[0] + SEAM_MS)]]);
    const [first, last] = [stretches[0], stretches.at(-1)];
    const edges = near >= 0 ? seams : [[first[0], Math.min(first[1], first[0] + SEAM_MS)], ...seams, [Math.max(last[0], last[1] - SEAM_MS), last[1]]];
    this.playParts(merged(edges));
  }

  run() {
    const step = () => {
      if (!this.media || this.media.paused) return;
      this.tick();
      this.frame = requestAnimationFrame(step);
    };
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(step);
  }

  tick() {
    if (!this.media || this.media.paused || this.media.seeking) return;
    const now = this.now();
    const part = this.queue[this.at];
    if (!part) return;
    const left = part[1] - EARLY_MS - now;
    if (left > 0) {
      clearTimeout(this.timer);
      if (left < SOON_MS) this.timer = setTimeout(() => this.tick(), left / this.media.playbackRate); // where frames come late
      return void this.drawTime(now);
    }
    this.at += 1;
    const next = this.queue[this.at];
    if (next) {
      if (Math.abs(next[0] - now) > 30) this.go(next[0]);
      return;
    }
    this.media.pause();
    this.at = this.queue.length - 1;
    this.go(part[1]);
  }

  // what is drawn

  drawPlay() {
    const playing = Boolean(this.media && !this.media.paused);
    fill(this.playButton, icon(playing ? "stop" : "play"), h("span", {}, playing ? "Stop" : "Play"), cap(" "));
  }

  drawMode() {
    fill(this.modeButton, h("span", {}, this.finished ? "Finished" : "Original"), cap("m"));
    this.modeButton.setAttribute("aria-label", this.finished ? "Plays finished; play the original" : "Plays the original; play finished");
  }

  drawTime(ms) {
    if (!this.clip) return;
    const [done, all] = [played(this.parts(), ms), played(this.parts(), this.last())];
    this.scrub.value = ms;
    this.time.textContent = `${clock(done)} / ${clock(all)}`;
    this.scrub.setAttribute("aria-valuetext", `${clock(done)} of ${clock(all)}`);
    this.timed(ms);
  }
}

/** How much of the parts is over at a time of the answer. */
function played(parts, ms) {
  return parts.reduce((sum, [start, end]) => sum + Math.max(0, Math.min(ms, end) - start), 0);
}

/** Parts that overlap or touch as one. */
function merged(parts) {
  const joined = [];
  for (const [start, end] of parts) {
    const last = joined.at(-1);
    if (last && start <= last[1] && start >= last[0]) last[1] = Math.max(last[1], end);
    else joined.push([start, end]);
  }
  return joined;
}
