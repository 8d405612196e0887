// Home: each problem with its count and the state of its reel; what is new and what failed.
import { get } from "../lib/api.js";
import { fill, h, icon } from "../lib/dom.js";
import { day, many, clock } from "../lib/format.js";
import { badge, count, link } from "../lib/parts.js";
import { complain } from "../lib/say.js";

export default {
  title: () => "Home",

  async show(root, place) {
    const render = async () => {
      const told = await get("/api/home", { signal: place.signal });
      if (told.project) fill(root, heading(told), problems(told), attention(told));
      else fill(root, h("h1", {}, told.folder));
    };
    await render();
    document.addEventListener("changed", () => render().catch(complain), { signal: place.signal });
  },
};

function heading({ project, uploads }) {
  const parts = [many(uploads.answers, "answer"), `${uploads.with_speech} with speech`];
  return h(
    "header",
    { class: "page-head" },
    h("h1", {}, project.name),
    h("p", { class: "lead" }, uploads.answers ? parts.join(", ") : "No answer was taken in yet."),
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
    h("div", { class: "row" }, link("Moments", `${address}/moments`, { name: "list", kind: "primary" })),
  );
}

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
      h("details", { class: "card" }, h("summary", {}, h("b", {}, many(files.length, "file")), ` ${words}`), h("ul", { class: "plain" }, files.map((file) => h("li", {}, file)))),
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
