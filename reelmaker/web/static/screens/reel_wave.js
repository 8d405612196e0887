// The sound of the open clip, drawn small, with its cuts. It says nothing that the words and the buttons do not say.
import { get } from "../lib/api.js";
import { h } from "../lib/dom.js";

const BESIDE_MS = 1500; // before and after the clip
const PARTS = 320;
const HIGH = 84; // of the picture, in CSS pixels

export class ClipWave {
  /** `seek(ms)` is told where somebody clicked. */
  constructor({ signal, seek }) {
    Object.assign(this, { signal, seek });
    this.canvas = h("canvas", { class: "clip-wave", "aria-hidden": "true", onclick: (event) => this.clicked(event) });
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(this.canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw(), { signal });
    signal.addEventListener("abort", () => this.observer.disconnect());
  }

  async load(clip) {
    this.clip = clip;
    this.from = Math.max(clip.from_ms, clip.stretches[0][0] - BESIDE_MS);
    this.until = Math.min(clip.until_ms, clip.stretches.at(-1)[1] + BESIDE_MS);
    const address = `/api/wave/${clip.response}/${this.from}-${this.until}?parts=${PARTS}`;
    this.draw();
    if (address === this.address) return;
    this.address = address;
    try {
      const { levels } = await get(address, { signal: this.signal });
      if (this.address === address) this.levels = levels;
      this.draw();
    } catch {
      // no wave then: the words are there
    }
  }

  mark(ms) {
    this.now = ms;
    this.draw();
  }

  draw() {
    if (!this.clip || !this.canvas.clientWidth) return;
    const [width, scale] = [this.canvas.clientWidth, devicePixelRatio || 1];
    if (this.canvas.width !== Math.round(width * scale)) [this.canvas.width, this.canvas.height] = [Math.round(width * scale), Math.round(HIGH * scale)];
    const pen = this.canvas.getContext("2d");
    const styles = getComputedStyle(this.canvas);
    const colour = (name) => styles.getPropertyValue(name).trim();
    const x = (ms) => (width * (ms - this.from)) / (this.until - this.from);
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, HIGH);
    const inside = (ms) => this.clip.stretches.some(([start, end]) => ms >= start && ms <= end);
    const levels = this.levels ?? [];
    levels.forEach((level, at) => {
      const ms = this.from + ((at + 0.5) * (this.until - this.from)) / levels.length;
      const high = Math.max(2, level * (HIGH - 16));
      pen.fillStyle = inside(ms) ? colour("--primary") : colour("--strong-line");
      pen.fillRect(x(ms), (HIGH - high) / 2, Math.max(1, width / levels.length - 1), high);
    });
    pen.fillStyle = colour("--text");
    for (const [start, end] of this.clip.stretches) {
      // an edge is a line with a foot towards the part that is played
      pen.fillRect(x(start) - 1, 0, 2, HIGH);
      pen.fillRect(x(start), 0, 7, 2);
      pen.fillRect(x(end) - 1, 0, 2, HIGH);
      pen.fillRect(x(end) - 7, 0, 7, 2);
    }
    if (this.now >= this.from && this.now <= this.until) {
      pen.fillStyle = colour("--red");
      pen.fillRect(x(this.now) - 1, 0, 2, HIGH);
    }
  }

  clicked(event) {
    const box = this.canvas.getBoundingClientRect();
    this.seek(Math.round(this.from + ((event.clientX - box.left) / box.width) * (this.until - this.from)));
  }
}
