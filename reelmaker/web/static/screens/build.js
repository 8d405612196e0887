// Build: a draft to see it soon, the reel itself, what is going on, and what came out.
import { get, post } from "../lib/api.js";
import { fill, h, icon } from "../lib/dom.js";
import { bytes, clock, day, many } from "../lib/format.js";
import { follow, jobCard } from "../lib/job.js";
import { badge, button, problemHead } from "../lib/parts.js";
import { complain, say } from "../lib/say.js";


export default {
  title: ({ params }) => `Build – ${params.slug}`,

  async show(root, place) {
    const api = `/api/problems/${encodeURIComponent(place.params.slug)}/build`;
    const work = h("section", { class: "build-work", "aria-label": "Build" });
    const results = h("div", { class: "results" });
    let told = await get(api, { signal: place.signal });
    fill(root, problemHead(told.problem, "build"), work, results);

    const draw = () => {
      const { job } = told;
      const own = job && job.problem === place.params.slug && (job.running || job.kind !== "look");
      const busy = Boolean(job?.running);
      fill(
        work,
        h("div", { class: "row build-buttons" }, start("draft", "Build a draft", "film", busy, !told.reel && !told.draft), start("build", told.reel ? "Build the reel again" : "Build the reel", "check", busy, true)),
        h("p", { class: "muted small" }, "A draft is small and quick, to look at. Both do only what is new since the last time."),
        job && !own && busy && h("p", { class: "card" }, h("b", {}, "Something else is being built: "), job.problem || "moments are looked for", "."),
        own && jobCard(job),
      );
    };
    const drawResults = () => fill(results, told.reel ? result(told.reel, "The reel") : null, told.draft ? result(told.draft, "The draft") : null, !told.reel && !told.draft && h("div", { class: "nothing" }, h("h2", {}, "Nothing is built yet."), h("p", { class: "muted" }, "Begin with a draft.")));
    const watch = () =>
      follow(async (job) => {
        told.job = job;
        draw();
        if (!job || job.running) return;
        say(job.result);
        told = await get(api, { signal: place.signal });
        draw();
        drawResults();
        document.dispatchEvent(new CustomEvent("nav"));
      }, place.signal);

    function start(kind, text, name, busy, main) {
      return button(text, {
        name,
        kind: main && (kind === "draft" ? !told.reel && !told.draft : told.reel || told.draft) ? "primary" : "",
        disabled: busy,
        onclick: async () => {
          try {
            told.job = await post(api, { kind });
            draw();
            work.querySelector(".job button")?.focus();
            watch();
          } catch (problem) {
            complain(problem);
          }
        },
      });
    }

    draw();
    drawResults();
    if (told.job?.running) watch();
    const fresh = async () => {
      if (told.job?.running) return;
      told = await get(api, { signal: place.signal });
      draw();
      if (!playing(results)) drawResults();
    };
    document.addEventListener("changed", () => fresh().catch(complain), { signal: place.signal });
  },
};

const playing = (root) => [...root.querySelectorAll("video")].some((video) => !video.paused);

function result(reel, title) {
  const address = (file) => `/reels/${encodeURIComponent(reel.name)}/${encodeURIComponent(file)}`;
  const video = h("video", { src: address("reel.mp4"), controls: true, preload: "metadata", "aria-label": title });
  const jump = (ms) => ((video.currentTime = ms / 1000 + 0.05), video.play().catch(() => null));
  const has = (name) => reel.files.some((file) => file.name === name);
  return h(
    "section",
    { class: "result", "aria-label": title },
    h("div", { class: "result-head" }, h("h2", {}, title), h("p", { class: "muted small" }, [many(reel.clips.length, "clip"), clock(reel.duration_ms), `built ${day(reel.built)}`].join(" · "))),
    h(
      "div",
      { class: "result-body" },
      h("div", {}, video),
      h(
        "ol",
        { class: "clips" },
        reel.clips.map((clip, at) =>
          h("li", {}, h("button", { type: "button", class: "clip-link", onclick: () => jump(clip.at_ms) }, h("span", { class: "clip-number" }, String(at + 1)), h("span", {}, h("span", { class: "clip-text" }, clip.text), h("span", { class: "muted small" }, `${clip.label} · ${clock(clip.at_ms)}`)))),
        ),
      ),
    ),
    h(
      "div",
      { class: "row" },
      has("index.html") && h("a", { class: "button primary", href: address("index.html"), target: "_blank", rel: "noopener" }, icon("page"), h("span", {}, "Open the page")),
      has("reel.pptx") && h("a", { class: "button", href: `${address("reel.pptx")}?download`, download: true }, icon("slides"), h("span", {}, "Slides")),
      h("a", { class: "button", href: `${address("reel.mp4")}?download`, download: true }, icon("down"), h("span", {}, "Save the reel")),
    ),
    h(
      "details",
      { class: "card" },
      h("summary", {}, h("b", {}, "All files"), ` ${badge("none", String(reel.files.length)).textContent}`),
      h("ul", { class: "files" }, reel.files.map((file) => h("li", {}, h("a", { href: `${address(file.name)}?download`, download: true }, file.title), h("span", { class: "muted small" }, `${file.name}, ${bytes(file.bytes)}`)))),
    ),
    reel.warnings.length > 0 && h("details", { class: "card" }, h("summary", {}, h("b", {}, "Notes"), ` ${reel.warnings.length}`), h("ul", { class: "plain" }, reel.warnings.map((warning) => h("li", {}, warning)))),
  );
}

