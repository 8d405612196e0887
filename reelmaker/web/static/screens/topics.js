// Topics nobody asked about: what many customers raise and no problem covers. One click makes a problem of it.
import { get, post } from "../lib/api.js";
import { fill, h } from "../lib/dom.js";
import { many } from "../lib/format.js";
import { follow, jobCard } from "../lib/job.js";
import { badge, button } from "../lib/parts.js";
import { complain, say } from "../lib/say.js";
import { giveTopic } from "../lib/topic.js";

export default {
  title: () => "Topics nobody asked about",

  async show(root, place) {
    const { signal } = place;
    const work = h("section", { class: "topics-work", "aria-label": "Looking for topics" });
    const results = h("div", { class: "topics", role: "region", "aria-label": "Topics" });
    fill(
      root,
      h("header", { class: "page-head" }, h("h1", {}, "Topics nobody asked about"), h("p", { class: "lead" }, "What many customers raise, and none of your problems covers.")),
      work,
      results,
    );
    let told = null;

    const load = async () => {
      told = await get("/api/topics", { signal });
      draw();
    };
    const draw = () => {
      const { job } = told;
      const running = Boolean(job?.running);
      const own = job?.kind === "suggest";
      fill(
        work,
        h("div", { class: "row" }, button(told.looked ? "Look again" : "Look for topics", { name: "idea", kind: told.looked ? "" : "primary", disabled: running, onclick: () => look().catch(complain) }), told.outdated && !running && badge("maybe", "Something has changed since", "clock")),
        own && (running || !job.good) && jobCard(job),
        running && !own && h("p", { class: "card" }, "Something else is being built. Topics can be looked for when it is done."),
      );
      fill(
        results,
        told.topics.map(topic),
        told.looked && !told.topics.length && h("div", { class: "nothing card" }, h("h2", {}, "No topic stands out"), h("p", { class: "muted" }, "beyond the problems that you have.")),
        told.warnings.map((line) => h("p", { class: "muted small" }, line)),
      );
    };
    const look = async () => {
      told.job = await post("/api/topics");
      draw();
      watch();
    };
    const watch = () =>
      follow((job) => {
        if (signal.aborted || !job) return;
        told.job = job;
        if (job.running) return draw();
        load()
          .then(() => say(told.topics.length ? `${many(told.topics.length, "topic")} found.` : "No topic stands out."))
          .catch(complain);
      }, signal);
    const make = (texts) => {
      giveTopic(texts);
      place.go("new-problem");
    };

    function topic({ texts, headline, quotes }) {
      return h(
        "article",
        { class: "card topic" },
        h("h2", {}, texts.statement),
        h("p", { class: "topic-count" }, headline),
        h("ul", { class: "topic-quotes" }, quotes.map((quote) => h("li", {}, h("q", {}, quote.text), h("span", { class: "muted small" }, quote.label)))),
        texts.phrases.length > 0 && h("p", { class: "muted small" }, "Customers say: ", texts.phrases.join("; ")),
        h("div", { class: "row" }, button("Make it a problem", { name: "more", kind: "primary", onclick: () => make(texts) })),
      );
    }

    await load();
    if (told.job?.running && told.job.kind === "suggest") watch();
    document.addEventListener("changed", () => !told.job?.running && load().catch(complain), { signal });
  },
};

