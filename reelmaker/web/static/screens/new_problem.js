// A new problem: what hurts, what it costs, what to ask; then at once which moments there are.
import { get, post } from "../lib/api.js";
import { fill, h } from "../lib/dom.js";
import { many } from "../lib/format.js";
import { follow, jobCard } from "../lib/job.js";
import { link } from "../lib/parts.js";
import { complain } from "../lib/say.js";

export default {
  title: () => "New problem",

  async show(root, place) {
    const field = (name, label, hint, { rows, required } = {}) =>
      h("label", { class: "field" }, label, h("small", {}, hint), rows ? h("textarea", { name, rows }) : h("input", { type: "text", name, required, autocomplete: "off" }));
    const after = h("div", { class: "stack" });
    const save = h("button", { type: "submit", class: "primary" }, "Save and look for moments");
    const form = h(
      "form",
      { class: "stack card form", onsubmit: (event) => (event.preventDefault(), submit()) },
      field("statement", "What goes wrong for customers?", "One sentence, as it will stand on the first card. For example: Customers give up while paying", { required: true }),
      field("outcome", "What does it cost the business?", "For example: Abandoned baskets and lost first orders. May be left empty."),
      field("question", "What should those who see the reel answer?", "The last card asks it. For example: What would have to change for paying to take one minute?", { required: true }),
      field("phrases", "How might customers say it?", "A few ways, one on each line; the more there are, the better it is found. For example: my card was refused", { rows: 4 }),
      h("div", { class: "row" }, save),
    );
    fill(root, h("header", { class: "page-head" }, h("p", { class: "eyebrow" }, h("a", { href: "#/" }, "Home")), h("h1", {}, "A new problem"), h("p", { class: "lead" }, "What do you want to hear about from your customers?")), form, after);
    form.querySelector("input").focus();

    async function submit() {
      save.disabled = true;
      try {
        const { slug } = await post("/api/problems", Object.fromEntries(new FormData(form)));
        document.dispatchEvent(new CustomEvent("nav"));
        form.remove();
        after.tabIndex = -1;
        after.focus();
        await look(after, slug, place);
      } catch (problem) {
        save.disabled = false;
        complain(problem);
      }
    }
  },
};

/** Look for the moments of a problem, and show them. */
export async function look(root, slug, place) {
  const begin = async () => {
    const job = await post("/api/look", { problem: slug });
    fill(root, jobCard(job));
    follow(async (now) => {
      if (!now) return;
      fill(root, jobCard(now));
      if (now.running) return;
      if (now.good) fill(root, ...(await found(slug, place)));
      else root.append(h("div", { class: "row" }, h("button", { type: "button", class: "primary", onclick: () => begin().catch(complain) }, "Try again")));
      document.dispatchEvent(new CustomEvent("nav"));
    }, place.signal);
  };
  const told = await get("/api/home", { signal: place.signal });
  if (told.uploads.answers || told.uploads.new.length) await begin();
  else fill(root, h("div", { class: "card stack" }, h("h2", {}, "The problem is saved."), h("p", {}, "There is no video yet. Drop some on Home; then their moments are looked for."), h("div", { class: "row" }, link("Go to Home", "#/", { kind: "primary" }))));
}

async function found(slug, place) {
  const path = `/api/problems/${encodeURIComponent(slug)}/moments`;
  const { totals, rows, problem } = await get(path, { signal: place.signal });
  const sentence = problem.count ? problem.count.sentence : "No customer was heard yet";
  return [
    h(
      "div",
      { class: "card stack" },
      h("h2", {}, `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`),
      h("p", { class: "muted" }, totals.open ? `${many(totals.sure, "moment")} ${totals.sure === 1 ? "is" : "are"} surely about it, ${totals.maybe} maybe. The surest:` : "No moment is about it yet. More ways in which customers might say it help."),
      h("ol", { class: "plain found" }, rows.slice(0, 5).map((row) => h("li", {}, h("blockquote", {}, row.text), h("p", { class: "muted small" }, row.who.label)))),
      h("div", { class: "row" }, link("Look through the moments", `#/problem/${encodeURIComponent(slug)}/moments`, { name: "list", kind: "primary" }), link("Build a draft", `#/problem/${encodeURIComponent(slug)}/build`, { name: "film" })),
    ),
  ];
}
