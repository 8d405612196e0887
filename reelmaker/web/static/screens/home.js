// Home: each problem with its count and the state of its reel; what is new and what failed.
import { get, post } from "../lib/api.js";
import { fill, h, icon } from "../lib/dom.js";
import { clock, day, many } from "../lib/format.js";
import { badge, count, link } from "../lib/parts.js";
import { complain } from "../lib/say.js";
import { uploads as dropZone } from "../lib/uploads.js";

export default {
  title: () => "Home",

  async show(root, place) {
    const zone = dropZone({ done: () => render().catch(complain), signal: place.signal });
    const render = async () => {
      const told = await get("/api/home", { signal: place.signal });
      if (!told.project) return fill(root, noProject(told, render));
      const files = told.uploads.answers + told.uploads.new.length;
      const first = !files || !told.problems.length;
      fill(root, heading(told), first && firstSteps(told, files), told.problems.length > 0 && problems(told), attention(told), adding(zone, files));
      document.dispatchEvent(new CustomEvent("nav"));
    };
    await render();
    document.addEventListener("changed", () => render().catch(complain), { signal: place.signal });
  },
};

/** The folder holds no project: offer to make one. */
function noProject({ folder }, render) {
  const make = async () => {
    try {
      await post("/api/project");
      await render();
    } catch (problem) {
      complain(problem);
    }
  };
  return h(
    "div",
    { class: "state welcome" },
    h("img", { src: "/static/mark.svg", alt: "", width: 64, height: 64 }),
    h("h1", {}, "Hear your customers"),
    h("p", { class: "lead" }, "Short reels about one business problem, cut from your customers’ video answers. Everything stays on this machine."),
    h("p", {}, "The folder ", h("b", {}, folder), " holds no project yet."),
    h("button", { type: "button", class: "primary", onclick: make }, "Make a project here"),
    h("p", { class: "muted small" }, "This adds the file reelmaker.toml and the folder uploads/."),
  );
}

function firstSteps({ problems: all }, files) {
  const step = (number, done, title, words, action) =>
    h("li", { class: `step${done ? " step-done" : ""}` }, h("span", { class: "step-number" }, done ? icon("check") : String(number)), h("div", {}, h("h3", {}, title, done && h("span", { class: "hidden" }, " (done)")), h("p", { class: "muted" }, words), !done && action));
  return h(
    "ol",
    { class: "steps card" },
    step(1, files > 0, files ? `${many(files, "answer")} added` : "Add the customers’ videos", "Drop them below, or anywhere on this window.", null),
    step(2, all.length > 0, "Say what you want to hear about", "One sentence about the problem, and the question that the reel asks.", link("Describe the problem", "#/new", { kind: "primary" })),
    step(3, false, "Look through the moments and build", "You see at once which moments there are, and decide which belong in the reel.", null),
  );
}

function adding(zone, files) {
  return h("section", { class: "adding", "aria-labelledby": "adding" }, h("h2", { id: "adding" }, files ? "Add more answers" : "Videos"), zone);
}

function heading({ project, uploads }) {
  const parts = [many(uploads.answers, "answer"), `${uploads.with_speech} with speech`];
  return h(
    "header",
    { class: "page-head" },
    h("div", { class: "row" }, h("h1", { class: "grow" }, project.name), link("New problem", "#/new-problem", { name: "more" })),
    h("p", { class: "lead" }, uploads.answers ? parts.join(", ") : uploads.new.length ? `${many(uploads.new.length, "file")} not looked at yet` : "No answers yet"),
  );
}

function problems({ problems: all }) {
  return h(
    "section",
    { "aria-labelledby": "problems" },
    h("h2", { id: "problems", class: "hidden" }, "Problems"),
    h("ul", { class: "cards" }, all.map(card)),
  );
}

function card(problem) {
  const address = `#/problem/${encodeURIComponent(problem.slug)}`;
  return h(
    "li",
    { class: "card problem-card" },
    h("div", { class: "grow" }, h("h3", {}, h("a", { href: `${address}/moments` }, problem.statement)), problem.outcome && h("p", { class: "muted" }, problem.outcome)),
    count(problem.count),
    reel(problem.reel),
    h(
      "div",
      { class: "row" },
      link("Moments", `${address}/moments`, { name: "list", kind: "primary" }),
      link(problem.reel ? "Build again" : "Build", `${address}/build`, { name: "film" }),
      problem.reel?.page && file(problem.reel, "index.html", "Page", "page", { target: "_blank", rel: "noopener" }),
      problem.reel?.slides && file(problem.reel, "reel.pptx?download", "Slides", "slides", { download: true }),
    ),
  );
}

const file = (reel, name, text, picture, more) =>
  h("a", { class: "button", href: `/reels/${encodeURIComponent(reel.name)}/${name}`, ...more }, icon(picture), h("span", {}, text));

function reel(state) {
  if (!state) return h("p", { class: "reel-state" }, badge("none", "No reel yet", "film"));
  const facts = [many(state.clips, "clip"), clock(state.duration_ms), `built ${day(state.built)}`];
  return h(
    "div",
    { class: "reel-state" },
    h("p", {}, badge("done", "Reel", "film"), " ", facts.join(" · ")),
    state.newer > 0 && h("p", {}, badge("new", `${many(state.newer, "newer file")}`, "more"), " not in it yet"),
    state.refused > 0 && h("p", {}, badge("wrong", "Not to be shown any more", "warn"), ` ${many(state.refused, "answer")} in it may no longer be shown. Build it again.`),
    !state.complete && h("p", {}, badge("wrong", "Files are missing", "warn"), " Build it again."),
  );
}

function attention({ uploads, failures, warnings }) {
  const lists = [
    [uploads.new, "new", "not built with yet"],
    [uploads.changed, "changed", "changed since the last build"],
  ].filter(([files]) => files.length);
  if (!lists.length && !failures.length && !warnings.length) return null;
  return h(
    "section",
    { class: "attention", "aria-labelledby": "attention" },
    h("h2", { id: "attention" }, "What is new"),
    lists.map(([files, name, words]) =>
      h("details", { class: "card" }, h("summary", {}, badge("new", many(files.length, "file"), "more"), ` ${words}`), h("ul", { class: "plain" }, files.map((file) => h("li", {}, file)))),
    ),
    failures.length > 0 &&
      h(
        "details",
        { class: "card", open: failures.length < 6 },
        h("summary", {}, badge("wrong", many(failures.length, "file"), "warn"), " could not be used"),
        h("ul", { class: "plain" }, failures.map(({ file, reason }) => h("li", {}, h("b", {}, file), `: ${reason}`))),
      ),
    warnings.length > 0 && h("details", { class: "card" }, h("summary", {}, icon("warn"), ` ${many(warnings.length, "note")}`), h("ul", { class: "plain" }, warnings.map((warning) => h("li", {}, warning)))),
  );
}
