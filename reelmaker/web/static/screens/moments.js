// The moments of a problem: a list, a player, and one key for each decision, which goes on to the next moment.
import { address, get, post } from "../lib/api.js";
import { fill, h, icon } from "../lib/dom.js";
import { day, many } from "../lib/format.js";
import { bind, cap } from "../lib/keys.js";
import { badge, count, problemHead } from "../lib/parts.js";
import { Player } from "../lib/player.js";
import { Rows } from "../lib/rows.js";
import { complain, say } from "../lib/say.js";

const SHOWN = [
  ["open", "To judge"],
  ["sure", "Sure"],
  ["maybe", "Maybe"],
  ["decided", "Decided"],
  ["all", "Every sentence"],
];
const SCORES = { low: "0 to 6", middle: "7 and 8", high: "9 and 10" };
const DONE = { keep: "Kept", drop: "Dropped", hide: "Hidden" };
const STATES = { sure: ["done", "Sure", "check"], maybe: ["maybe", "Maybe", "warn"], rest: ["none", "Not about it", "more"] };
const MEANS = {
  keep: "It is about the problem and belongs in the reel.",
  drop: "It is not about the problem: neither shown nor counted.",
  hide: "It counts, but the reel does not show it.",
};

export default {
  title: ({ params }) => `Moments – ${params.slug}`,

  async show(root, place) {
    const screen = new Moments(root, place);
    await screen.begin();
    return () => screen.rows.end();
  },
};

class Moments {
  constructor(root, place) {
    Object.assign(this, { root, place });
    this.api = `/api/problems/${encodeURIComponent(place.params.slug)}`;
    this.filters = { show: "open", ...Object.fromEntries(place.query) };
    this.stack = []; // what was decided here, the last at the end
    this.sent = Promise.resolve();
    this.player = new Player({ signal: place.signal });
    this.rows = new Rows({
      label: "Moments",
      draw: (row) => this.drawRow(row),
      chosen: (key) => this.open(key),
      picked: () => this.work.classList.add("one"),
      fetchRows: async (keys) => (await get(address(`${this.api}/rows`, { keys: keys.join(",") }), { signal: place.signal })).rows,
    });
  }

  async begin() {
    const told = await this.fetch();
    this.summary = h("div", { class: "moments-summary" });
    this.filterBar = h("div", { class: "filters", role: "search", "aria-label": "Filter the list" });
    this.listNote = h("p", { class: "list-note muted small", role: "status" });
    this.actions = h("div", { class: "actions", role: "group", "aria-label": "Decide" });
    this.facts = h("div", { class: "moment-facts" });
    this.reasons = h("div", { class: "reasons" });
    this.undone = h("p", { class: "undone" });
    this.pane = h("section", { class: "pane", "aria-label": "The moment" }, h("button", { type: "button", class: "quiet back", onclick: () => this.toList() }, icon("back"), h("span", {}, "Back to the list")), this.facts, this.player.element, this.actions, this.undone, this.reasons);
    this.work = h("div", { class: "moments" }, h("section", { class: "side-list", "aria-label": "List" }, this.filterBar, this.listNote, this.rows.element), this.pane);
    fill(this.root, problemHead(told.problem, "moments"), this.summary, this.work);
    this.show(told);
    bind(this.work, this.bindings(), this.place.signal);
    document.addEventListener("changed", () => this.refresh().catch(complain), { signal: this.place.signal });
    this.rows.element.focus({ preventScroll: true });
  }

  fetch() {
    const { show, segment, month, score, words } = this.filters;
    return get(address(`${this.api}/moments`, { show, segment, month, score, words }), { signal: this.place.signal });
  }

  show(told) {
    this.told = told;
    fill(this.summary, count(told.problem.count));
    this.drawFilters();
    this.rows.show(told.keys, told.rows);
    this.work.toggleAttribute("data-empty", !told.keys.length);
    this.drawNote();
    if (!told.keys.length) this.nothing();
  }

  /** Somebody else changed something, or the program has worked out what a decision means. */
  async refresh() {
    const told = await this.fetch();
    this.told = told;
    fill(this.summary, count(told.problem.count));
    // what somebody is writing into the search field is not taken away from them
    if (document.activeElement?.dataset?.name !== "words") this.drawFilters();
    const inSight = this.rows.keys.slice(Math.max(0, this.rows.active - 40), this.rows.active + 60);
    const known = new Map(told.rows.map((row) => [row.key, row]));
    const asked = inSight.filter((key) => !known.has(key)).slice(0, 100);
    const more = asked.length ? (await get(address(`${this.api}/rows`, { keys: asked.join(",") }), { signal: this.place.signal })).rows : [];
    this.rows.update([...told.rows, ...more]);
    this.drawNote();
    this.drawActions();
  }

  // the list

  drawRow(row) {
    const { who } = row;
    return [
      h("span", { class: "row-head" }, this.mark(row), h("span", { class: "row-who" }, [who.label, who.segment, who.score !== null && `scored ${who.score}`].filter(Boolean).join(" · "))),
      h("span", { class: "row-text" }, row.text),
    ];
  }

  mark(row) {
    if (row.state === "decided") return badge(row.verdict, DONE[row.verdict], row.verdict);
    const [kind, words, name] = STATES[row.state];
    return badge(kind, words, name);
  }

  drawFilters() {
    const { totals, groups } = this.told;
    const choose = (name, value) => {
      if (value) this.filters[name] = value;
      else delete this.filters[name];
      this.filter();
    };
    const select = (name, label, values, words) =>
      values.length > 1 &&
      h(
        "label",
        { class: "pick" },
        h("span", { class: "hidden" }, label),
        h(
          "select",
          { dataset: { name }, onchange: (event) => choose(name, event.target.value) },
          h("option", { value: "" }, label),
          values.filter(Boolean).map((value) => h("option", { value, selected: this.filters[name] === value }, words(value))),
        ),
      );
    const focused = document.activeElement?.dataset?.name;
    fill(
      this.filterBar,
      h(
        "div",
        { class: "choices", role: "group", "aria-label": "Which moments" },
        SHOWN.map(([value, label]) =>
          h("button", { type: "button", class: "choice", "aria-pressed": String(this.filters.show === value), dataset: { name: `show-${value}` }, onclick: () => choose("show", value) }, label, " ", h("b", {}, totals[value].toLocaleString("en-GB"))),
        ),
      ),
      h(
        "div",
        { class: "picks" },
        select("segment", "All segments", groups.segments, (value) => value),
        select("month", "All months", groups.months, (value) => day(`${value}-01`).replace(/^1 /, "")),
        select("score", "All scores", groups.scores, (value) => `Scored ${SCORES[value]}`),
        h("label", { class: "pick grow" }, h("span", { class: "hidden" }, "Words in the moment"), h("input", { type: "search", placeholder: "Words …", value: this.filters.words ?? "", dataset: { name: "words" }, onchange: (event) => choose("words", event.target.value.trim()) })),
      ),
    );
    if (focused) this.filterBar.querySelector(`[data-name="${CSS.escape(focused)}"]`)?.focus();
  }

  async filter() {
    history.replaceState(null, "", address(`#/problem/${encodeURIComponent(this.place.params.slug)}/moments`, this.filters));
    try {
      const told = await this.fetch();
      this.show(told);
      say(many(told.keys.length, "moment"));
    } catch (problem) {
      complain(problem);
    }
  }

  drawNote() {
    const decided = this.rows.keys.filter((key) => this.rows.rows.get(key)?.state === "decided").length;
    const chosen = this.rows.selection.length;
    const parts = [many(this.rows.keys.length, "moment")];
    if (this.filters.show !== "decided" && decided) parts.push(`${decided} decided`);
    if (chosen > 1) parts.push(`${chosen} chosen`);
    this.listNote.textContent = parts.join(", ");
  }

  nothing() {
    this.player.unload();
    const words = this.filters.show === "open" && this.told.totals.decided ? "Every moment is decided." : "No moment is like that.";
    fill(this.facts, h("div", { class: "nothing" }, h("h2", {}, words), h("p", { class: "muted" }, "Choose another list above, or look at every sentence.")));
    fill(this.actions);
    fill(this.reasons);
  }

  // one moment

  async open(key) {
    this.drawNote();
    this.opened = key;
    this.drawActions();
    clearTimeout(this.opening);
    this.opening = setTimeout(() => this.load(key), this.started ? 90 : 0); // whoever runs through the list loads nothing
    this.started = true;
  }

  async load(key) {
    try {
      const moment = await get(address(`${this.api}/moment`, { key }), { signal: this.place.signal });
      if (this.opened !== key) return;
      this.moment = moment;
      this.rows.update([{ ...moment, ...(this.pending?.get(key) ?? {}) }]);
      this.player.load(moment, { play: this.playNext });
      this.drawFacts();
      this.drawReasons();
      this.drawActions();
    } catch (problem) {
      complain(problem);
    }
  }

  drawFacts() {
    const { who, question, file } = this.moment;
    const facts = [who.segment && `${who.segment} customer`, who.score !== null && `scored ${who.score}`, who.date && day(who.date), file];
    fill(this.facts, h("h2", {}, who.label), h("p", { class: "muted small" }, facts.filter(Boolean).join(" · ")), question && h("p", { class: "question muted small" }, "Asked: ", question));
  }

  drawReasons() {
    const { why, score, key } = this.moment;
    const more = h("div", { class: "more-reasons" });
    fill(
      this.reasons,
      h("h3", {}, "Why it is in this list"),
      h("ul", { class: "reason-list" }, why.map((reason) => h("li", {}, reason))),
      h(
        "details",
        {
          ontoggle: async (event) => {
            if (!event.target.open || more.children.length) return;
            fill(more, h("p", { class: "muted" }, "Working it out …"));
            try {
              const told = await get(address(`${this.api}/why`, { key }), { signal: this.place.signal });
              fill(more, this.reasonList("For it", told.for), this.reasonList("Against it", told.against), h("p", {}, h("b", {}, "Reel: "), told.reel));
            } catch (problem) {
              fill(more);
              complain(problem);
            }
          },
        },
        h("summary", {}, `How sure: ${Math.round(100 * score)} of 100. What counts, and does the reel show it?`),
        more,
      ),
    );
  }

  reasonList(title, reasons) {
    return h("div", {}, h("h4", {}, title), reasons.length ? h("ul", { class: "reason-list" }, reasons.map((reason) => h("li", {}, reason))) : h("p", { class: "muted small" }, "Nothing."));
  }

  drawActions() {
    const row = this.rows.row;
    if (!row) return;
    const chosen = this.rows.selection.length;
    const action = (verdict, label, key) =>
      h("button", { type: "button", class: `decide ${verdict}`, "aria-pressed": String(row.verdict === verdict && chosen < 2), title: MEANS[verdict], onclick: () => this.decide(verdict) }, icon(verdict), h("span", {}, chosen > 1 ? `${label} ${chosen}` : label), cap(key));
    fill(
      this.actions,
      action("keep", "Keep", "y"),
      action("drop", "Drop", "n"),
      action("hide", "Hide", "h"),
      h("button", { type: "button", class: "quiet", "aria-label": "Take back", disabled: !this.stack.length && !row.decision, onclick: () => this.takeBack() }, icon("undo"), h("span", {}, "Take back"), cap("u")),
    );
    fill(this.undone, row.state === "decided" && [this.mark(row), " ", MEANS[row.verdict], row.decision?.note && ` Note: ${row.decision.note}`]);
  }

  // decisions

  decide(verdict) {
    const keys = this.rows.selection;
    if (!keys.length) return;
    const before = keys.map((key) => this.rows.rows.get(key)).filter(Boolean);
    const step = { keys, before, numbers: null };
    this.stack.push(step);
    this.rows.update(before.map((row) => ({ ...row, state: "decided", verdict, decision: null })));
    say(`${DONE[verdict]}${keys.length > 1 ? `: ${many(keys.length, "moment")}` : ""}.`);
    this.sent = this.sent.then(async () => {
      try {
        const told = await post(`${this.api}/decide`, { verdict, keys });
        step.numbers = told.numbers;
        for (const warning of told.warnings) complain({ message: warning });
      } catch (problem) {
        this.stack = this.stack.filter((other) => other !== step);
        this.rows.update(before);
        this.drawActions();
        complain(problem);
      }
    });
    this.next(this.rows.places.get(keys.at(-1)));
  }

  /** Go on to the next moment that nobody has decided. */
  next(from) {
    const at = this.rows.keys.findIndex((key, place) => place > from && this.rows.rows.get(key)?.state !== "decided");
    this.playNext = true;
    if (at >= 0) this.rows.choose(at);
    else {
      this.rows.anchor = this.rows.active;
      this.rows.paint();
      this.drawActions();
      this.drawNote();
      say("That was the last one.");
    }
  }

  /** Take back what was decided last in this window, or the decision about this moment. */
  takeBack() {
    const step = this.stack.at(-1);
    const row = this.rows.row;
    if (step) {
      this.stack.pop();
      this.rows.update(step.before);
      this.rows.choose(this.rows.places.get(step.keys[0]) ?? this.rows.active);
      this.send(async () => step.numbers && post("/api/undo", { numbers: step.numbers }));
    } else if (row?.decision) {
      this.rows.update([{ ...row, state: "rest", verdict: null, decision: null }]);
      this.send(() => post("/api/undo", { numbers: [row.decision.number] }));
    } else return;
    this.drawActions();
    this.drawNote();
    say("Taken back.");
  }

  send(work) {
    this.sent = this.sent.then(work).then(() => this.refresh()).catch(complain);
  }

  // keys

  bindings() {
    const move = (step) => (event) => this.rows.choose(this.rows.active + step, { extend: event.shiftKey });
    return [
      { keys: [" "], label: "Play or stop", run: () => this.player.toggle() },
      { keys: ["ArrowDown", "j"], label: "Next moment; with Shift it is added to the choice", run: move(1) },
      { keys: ["ArrowUp", "k"], label: "Moment before; with Shift it is added to the choice", run: move(-1) },
      { keys: ["y"], label: "Keep and go on", run: () => this.decide("keep") },
      { keys: ["n"], label: "Drop and go on", run: () => this.decide("drop") },
      { keys: ["h"], label: "Hide and go on", run: () => this.decide("hide") },
      { keys: ["u"], label: "Take back the last decision", run: () => this.takeBack() },
      { keys: ["a"], label: "Hear 15 seconds around it", run: () => this.player.setAround(!this.player.around) },
      { keys: ["PageDown"], label: "Ten moments on", run: move(10) },
      { keys: ["PageUp"], label: "Ten moments back", run: move(-10) },
    ];
  }

  toList() {
    this.work.classList.remove("one");
    this.player.media?.pause();
    this.rows.element.focus();
  }
}
