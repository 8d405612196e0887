// The problem: its texts in reelmaker.toml. Which moments come and go is shown before anything is written.
import { address, get, post } from "../lib/api.js";
import { fill, h, icon } from "../lib/dom.js";
import { many } from "../lib/format.js";
import { badge, button, count, problemHead } from "../lib/parts.js";
import { complain, say, tell } from "../lib/say.js";
import { takeTopic } from "../lib/topic.js";

const PAUSE_MS = 500; // after the last key, before the preview is worked out
const ONE = {
  statement: ["Problem", "One line that names it; it stands on the first card."],
  outcome: ["Outcome", "The business result that it hurts. May be empty."],
};
const SEVERAL = {
  question: ["Question for your colleagues", "One or two, one on each line; they end the reel."],
  phrases: ["How customers say it", "One phrase on each line, in their words. More phrases find more."],
  not: ["Sounds similar, but is not meant", "One phrase on each line."],
};
const DESCRIBE = ["In other words", "What belongs to it: a sentence or two with the words that customers use."];
const KINDS = { pain: "A pain: only what customers complain of", praise: "A praise: only what they like", any: "Both, and what is neither" };
const FIELDS = ["statement", "outcome", "question", "describe", "phrases", "not", "kind"];
const NAMES = Object.fromEntries([...Object.entries(ONE), ...Object.entries(SEVERAL), ["describe", DESCRIBE], ["kind", ["What counts"]]].map(([key, [name]]) => [key, name]));
const drafts = new Map(); // what was typed and not saved yet, by problem; it stays while the window is open

export default {
  title: ({ params }) => (params.slug ? `The problem – ${params.slug}` : "New problem"),

  async show(root, place) {
    const screen = new ProblemForm(root, place);
    await screen.begin();
  },
};

const lines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const shown = (value) => (Array.isArray(value) ? value.join("\n") : value);

class ProblemForm {
  constructor(root, place) {
    Object.assign(this, { root, place });
    this.slug = place.params.slug ?? "";
    this.isNew = !this.slug;
    this.named = false; // whether the person chose the short name
    this.fields = {};
    this.errors = {};
    this.asked = 0;
  }

  async begin() {
    const { signal } = this.place;
    const told = await this.fetch();
    Object.assign(this, { base: told.texts, digest: told.digest });
    const topic = this.isNew ? takeTopic() : null;
    const draft = topic ?? drafts.get(this.slug)?.texts;
    const start = { ...this.base, ...draft };
    this.findings = h("section", { class: "findings", "aria-label": "What it finds" });
    this.meanwhile = h("div", { class: "meanwhile", role: "alert" });
    this.kept = h("p", { class: "kept small" });
    this.saveButton = h("button", { type: "submit", class: "primary" }, icon("check"), h("span", {}, this.isNew ? "Make this problem" : "Save"));
    this.backButton = button(this.isNew ? "Empty the form" : "Back to what is saved", { name: "undo", onclick: () => this.reset() });
    this.form = h(
      "form",
      { class: "problem-form", novalidate: true, onsubmit: (event) => (event.preventDefault(), this.save().catch(complain)) },
      this.line("statement", ...ONE.statement, start.statement),
      this.isNew && this.line("slug", "Short name", "Small letters, digits and “-”; it names the reel's folder.", draft?.slug ?? ""),
      this.line("outcome", ...ONE.outcome, start.outcome),
      this.area("question", ...SEVERAL.question, start.question, 2),
      this.area("describe", ...DESCRIBE, start.describe, 3),
      this.area("phrases", ...SEVERAL.phrases, start.phrases, 5),
      this.area("not", ...SEVERAL.not, start.not, 3),
      this.kinds(start.kind),
      this.meanwhile,
      h("div", { class: "row form-buttons" }, this.saveButton, this.backButton),
      this.kept,
    );
    this.form.addEventListener("input", (event) => this.changed(event.target));
    const head = this.isNew
      ? h("header", { class: "page-head" }, h("h1", {}, "New problem"), h("p", { class: "lead" }, "What should the team see evidence for?"))
      : problemHead(told.problem, "problem");
    fill(this.root, head, h("div", { class: "problem-work" }, this.form, this.findings));
    if (this.isNew && start.statement) await this.propose();
    this.drawButtons();
    if (draft && !topic && this.dirty) this.kept.textContent = "These changes are not saved yet.";
    document.addEventListener("changed", () => this.look().catch(complain), { signal });
    addEventListener("beforeunload", (event) => this.dirty && event.preventDefault(), { signal });
    this.preview();
  }

  fetch() {
    const path = this.isNew ? "/api/new-problem" : `/api/problems/${encodeURIComponent(this.slug)}/texts`;
    return get(path, { signal: this.place.signal });
  }

  // the form

  line(key, label, hint, value) {
    return this.field(key, label, hint, h("input", { type: "text", id: `f-${key}`, value, maxlength: 500, autocomplete: "off", spellcheck: key !== "slug" }));
  }

  area(key, label, hint, value, rows) {
    return this.field(key, label, hint, h("textarea", { id: `f-${key}`, rows, value: shown(value) }));
  }

  field(key, label, hint, input) {
    this.fields[key] = input;
    input.setAttribute("aria-describedby", `h-${key} e-${key}`);
    this.errors[key] = h("p", { class: "fault", id: `e-${key}` });
    return h("div", { class: "form-field" }, h("label", { for: `f-${key}` }, label), h("p", { class: "hint", id: `h-${key}` }, hint), input, this.errors[key]);
  }

  kinds(chosen) {
    this.errors.kind = h("p", { class: "fault", id: "e-kind" });
    this.kindInputs = Object.keys(KINDS).map((kind) => h("input", { type: "radio", name: "kind", value: kind, checked: kind === chosen }));
    return h("fieldset", { class: "form-field kinds" }, h("legend", {}, NAMES.kind), this.kindInputs.map((input) => h("label", { class: "check" }, input, h("span", {}, KINDS[input.value]))), this.errors.kind);
  }

  get texts() {
    const text = (key) => this.fields[key].value.replace(/\s+/g, " ").trim();
    return {
      ...Object.fromEntries(["statement", "outcome", "describe"].map((key) => [key, text(key)])),
      ...Object.fromEntries(Object.keys(SEVERAL).map((key) => [key, lines(this.fields[key].value)])),
      kind: this.kindInputs.find((input) => input.checked)?.value ?? "pain",
    };
  }

  set texts(values) {
    for (const key of FIELDS) {
      if (key === "kind") for (const input of this.kindInputs) input.checked = input.value === values.kind;
      else this.fields[key].value = shown(values[key]);
    }
  }

  get dirty() {
    const texts = this.texts;
    return FIELDS.some((key) => !same(texts[key], this.base[key]));
  }

  changed(input) {
    if (input === this.fields.slug) this.named = Boolean(input.value);
    this.remember();
    this.drawButtons();
    clearTimeout(this.timer);
    this.timer = setTimeout(async () => {
      if (this.isNew) await this.propose().catch(() => null);
      this.preview();
    }, PAUSE_MS);
  }

  remember() {
    if (this.dirty) drafts.set(this.slug, { texts: { ...this.texts, slug: this.fields.slug?.value } });
    else drafts.delete(this.slug);
  }

  drawButtons() {
    const { dirty } = this;
    this.saveButton.disabled = !dirty;
    this.backButton.hidden = !dirty;
    if (!dirty) this.kept.textContent = "";
  }

  reset() {
    this.texts = this.base;
    if (this.fields.slug) this.fields.slug.value = "";
    fill(this.meanwhile);
    drafts.delete(this.slug);
    this.drawButtons();
    this.faults();
    this.preview();
    this.fields.statement.focus();
  }

  async propose() {
    if (this.named || !this.fields.statement.value.trim()) return;
    const { slug } = await get(address("/api/new-problem/name", { statement: this.fields.statement.value }), { signal: this.place.signal });
    if (!this.named) this.fields.slug.value = slug;
  }

  faults(key = "", text = "") {
    for (const [name, place] of Object.entries(this.errors)) {
      place.textContent = name === key ? `${text[0].toUpperCase()}${text.slice(1)}` : "";
      if (name === key) this.fields[name]?.setAttribute("aria-invalid", "true");
      else this.fields[name]?.removeAttribute("aria-invalid");
    }
  }

  // what it finds

  body() {
    return { slug: this.isNew ? this.fields.slug.value.trim() || "problem" : this.slug, new: this.isNew, texts: this.texts };
  }

  async preview() {
    const number = (this.asked += 1);
    if (this.isNew && !this.texts.statement && !this.texts.phrases.length) return this.drawFindings(null);
    const body = this.body();
    if (this.isNew) body.texts = { ...body.texts, statement: body.texts.statement || "?", question: body.texts.question.length ? body.texts.question : ["?"] }; // they may still come
    this.findings.setAttribute("aria-busy", "true");
    try {
      const told = await post("/api/problem/preview", body);
      if (number !== this.asked || this.place.signal.aborted) return;
      this.faults();
      this.drawFindings(told);
    } catch (problem) {
      if (number !== this.asked || this.place.signal.aborted) return;
      if (problem.told?.field) this.faults(problem.told.field, problem.told.fault);
      else fill(this.findings, h("h2", {}, "What it finds"), h("p", {}, problem.message), h("p", { class: "muted" }, problem.remedy ?? ""));
    } finally {
      if (number === this.asked) this.findings.removeAttribute("aria-busy");
    }
  }

  drawFindings(told) {
    const nothing = (text) => fill(this.findings, h("h2", {}, "What it finds"), h("p", { class: "muted" }, text));
    if (!told) return nothing("Type the problem, and you see here which moments it finds.");
    if (!told.transcribed) return nothing("Nothing was transcribed yet. After the first build you see here which moments it finds.");
    const moved = told.come_total + told.go_total > 0;
    const words = moved ? [told.come_total && `${many(told.come_total, "moment")} would come`, told.go_total && `${told.go_total} would go`].filter(Boolean).join(", ") : "No moment would come or go";
    fill(
      this.findings,
      h("h2", {}, this.dirty || this.isNew ? "What would change" : "What it finds"),
      h(
        "div",
        { class: "before-after" },
        told.before && (this.dirty || this.isNew) && h("div", {}, h("h3", {}, "Now"), count(told.before)),
        h("div", {}, h("h3", {}, this.dirty || this.isNew ? "With this" : "Now"), count(told.after)),
      ),
      (this.dirty || this.isNew) && h("p", { class: "change-words" }, `${words}.`),
      this.list("Would come", told.come, told.come_total, badge("keep", "comes", "more"), true),
      this.list("Would go", told.go, told.go_total, badge("drop", "goes", "drop"), false),
      told.others.length > 0 && h("div", {}, h("h3", {}, "Other problems change, too"), h("ul", { class: "plain" }, told.others.map((other) => h("li", {}, `${other.statement}: ${other.before?.number ?? "0"} → ${other.after?.number ?? "0"}`)))),
    );
    if (this.dirty) say(`${words}. ${told.after?.number ?? ""} customers.`);
  }

  list(title, moments, total, mark, open) {
    if (!total) return null;
    return h(
      "details",
      { class: "card moving", open: open || total < 6 },
      h("summary", {}, h("b", {}, title), ` ${total}`),
      h("ul", {}, moments.map((moment) => h("li", {}, mark.cloneNode(true), h("q", {}, moment.text), h("span", { class: "muted small" }, [moment.who.label, moment.who.segment].filter(Boolean).join(", "))))),
      total > moments.length && h("p", { class: "muted small" }, `and ${total - moments.length} more`),
    );
  }

  // writing it

  async save() {
    const texts = this.texts;
    const before = this.base;
    try {
      const told = await post("/api/problem/save", { ...this.body(), texts, digest: this.digest });
      Object.assign(this, { base: told.texts, digest: told.digest });
      drafts.delete(this.slug);
      fill(this.meanwhile);
      document.dispatchEvent(new CustomEvent("nav"));
      if (this.isNew) {
        tell(`“${told.texts.statement}” is a problem of this project now.`);
        return this.place.go(`problem/${encodeURIComponent(told.slug)}/moments`);
      }
      this.texts = told.texts;
      document.querySelector("main h1").textContent = told.texts.statement;
      this.faults();
      this.drawButtons();
      this.preview();
      tell("Saved in reelmaker.toml.", { label: "Undo", run: () => ((this.texts = before), this.save().catch(complain)) });
    } catch (problem) {
      if (problem.status === 409 && "texts" in problem.told) this.conflict(problem.told, true);
      else if (problem.told?.field) {
        this.faults(problem.told.field, problem.told.fault);
        say(problem.told.fault);
        (this.fields[problem.told.field] ?? this.kindInputs[0]).focus();
      } else throw problem;
    }
  }

  /** Somebody changed something; perhaps this very problem. */
  async look() {
    const told = await this.fetch();
    if (told.digest !== this.digest) this.conflict(told, false);
    else this.preview();
  }

  /** The file is another one: show what differs, and let the person decide. What is not in question goes on. */
  conflict(told, saving) {
    const theirs = told.texts;
    const mine = this.texts;
    const wasDirty = this.dirty;
    const moved = theirs ? FIELDS.filter((key) => !same(theirs[key], this.base[key])) : [];
    this.digest = told.digest;
    if (!theirs) return void fill(this.meanwhile, h("p", {}, h("b", {}, "This problem was taken out of reelmaker.toml meanwhile. "), "Nothing was written."));
    const disputed = moved.filter((key) => !same(theirs[key], mine[key]) && !same(mine[key], this.base[key]));
    const taken = { ...mine };
    for (const key of moved) if (!disputed.includes(key)) taken[key] = theirs[key];
    this.base = theirs;
    if (!this.isNew) this.texts = taken;
    this.drawButtons();
    if (disputed.length) this.drawConflict(disputed, theirs);
    else if (saving) return void this.save().catch(complain);
    else if (wasDirty && moved.length) tell("reelmaker.toml was changed elsewhere; this is shown here.");
    this.preview();
  }

  drawConflict(disputed, theirs) {
    const take = (key, row) => {
      const texts = this.texts;
      this.texts = { ...texts, [key]: theirs[key] };
      row.remove();
      if (!this.meanwhile.querySelector("li")) fill(this.meanwhile);
      this.drawButtons();
      this.preview();
    };
    fill(
      this.meanwhile,
      h("h3", {}, icon("warn"), "Changed elsewhere meanwhile"),
      h("p", {}, "Nothing was written. Your texts are still above. “Save” writes yours; or take what is in the file now:"),
      h(
        "ul",
        {},
        disputed.map((key) => {
          const row = h("li", {}, h("b", {}, NAMES[key]), h("pre", {}, shown(theirs[key]) || "(empty)"), button("Take this", { onclick: () => take(key, row) }));
          return row;
        }),
      ),
    );
    this.meanwhile.scrollIntoView({ block: "nearest" });
  }
}
