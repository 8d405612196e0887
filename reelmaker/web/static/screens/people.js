// People: what each customer agreed to, until when, and where they appear; forgetting one, and all data of one as a file.
import { address, get, post } from "../lib/api.js";
import { confirm, listed } from "../lib/confirm.js";
import { fill, h, icon } from "../lib/dom.js";
import { day, many } from "../lib/format.js";
import { follow, jobCard } from "../lib/job.js";
import { badge, button } from "../lib/parts.js";
import { complain, say } from "../lib/say.js";

const SHOWN = [
  ["all", "Everybody"],
  ["reel", "In a reel"],
  ["external", "May be shown outside"],
  ["refused", "May not be used"],
  ["blurred", "Faces blurred"],
  ["promised", "Promised an answer"],
];
const WHY = { withdrawn: "No consent", expired: "Consent has expired", audience: "Not outside the company" };
const PAUSE_MS = 250;

export default {
  title: () => "People",

  async show(root, place) {
    await new People(root, place).begin();
  },
};

class People {
  constructor(root, place) {
    Object.assign(this, { root, place });
    this.filters = { show: "all", words: "" };
  }

  async begin() {
    const { signal } = this.place;
    this.lead = h("p", { class: "lead" });
    this.work = h("div", { class: "people-work" });
    this.choices = h("div", { class: "choices", role: "group", "aria-label": "Show" });
    this.search = h("input", { type: "search", placeholder: "Name, id or file", "aria-label": "Find a customer", autocomplete: "off" });
    this.search.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => ((this.filters.words = this.search.value), this.load().catch(complain)), PAUSE_MS);
    });
    this.list = h("ul", { class: "people" });
    this.more = h("div", { class: "row" });
    this.note = h("p", { class: "muted small", role: "status" });
    fill(
      this.root,
      h("header", { class: "page-head" }, h("h1", {}, "People"), this.lead),
      this.work,
      h("div", { class: "people-filters", role: "search" }, this.choices, this.search),
      this.note,
      this.list,
      this.more,
    );
    await this.load();
    if (this.told.job?.running && this.told.job.kind === "forget") this.watch();
    else if (this.told.receipt) this.drawReceipt(this.told.receipt, null);
    document.addEventListener("changed", () => this.load().catch(complain), { signal });
  }

  async load({ further = false } = {}) {
    const offset = further ? this.customers.length : 0;
    const told = await get(address("/api/people", { ...this.filters, offset }), { signal: this.place.signal });
    this.told = told;
    this.customers = further ? [...this.customers, ...told.customers] : told.customers;
    this.draw();
  }

  draw() {
    const { totals, total, table, has_table: hasTable } = this.told;
    fill(this.lead, "Consent, blur and promises are columns of ", h("code", {}, table), hasTable ? ". Change them there; only the customer decides." : ". There is no such table yet: every answer counts as for inside the company.");
    fill(
      this.choices,
      SHOWN.map(([name, text]) =>
        h("button", { type: "button", class: "choice", "aria-pressed": String(this.filters.show === name), onclick: () => ((this.filters.show = name), this.load().catch(complain)) }, text, " ", h("b", {}, String(totals[name]))),
      ),
    );
    this.note.textContent = total === 0 ? "Nobody." : many(total, "customer");
    const open = new Set([...this.list.querySelectorAll("details[open]")].map((element) => element.dataset.id));
    fill(this.list, this.customers.map((customer) => this.customer(customer, open.has(customer.id))));
    fill(this.more, total > this.customers.length && button(`Show ${Math.min(60, total - this.customers.length)} more`, { name: "down", onclick: () => this.load({ further: true }).catch(complain) }));
  }

  customer(customer, open) {
    const clips = customer.uses.filter((use) => !use.build && use.clips.length);
    return h(
      "li",
      {},
      h(
        "details",
        { class: "card person", open, dataset: { id: customer.id } },
        h(
          "summary",
          {},
          h("span", { class: "person-name" }, customer.label),
          h("span", { class: "muted small" }, [customer.respondent !== customer.label && customer.respondent, customer.segment].filter(Boolean).join(" · ")),
          h("span", { class: "badges" }, this.consent(customer), customer.answers.some((answer) => answer.blurred.length) && badge("hide", "Blurred", "hide"), customer.promised && badge("maybe", customer.due ? `Promised, ${day(customer.due)}` : "Promised", "clock"), clips.length > 0 && badge("new", many(clips.length, "reel"), "film")),
        ),
        h(
          "div",
          { class: "person-body" },
          customer.answers.map((answer) => this.answer(answer)),
          customer.promised && h("p", {}, h("b", {}, "Promised: "), customer.promised),
          h("div", {}, h("h2", {}, "Where they appear"), this.uses(customer)),
          h("p", { class: "muted small" }, customer.shows_name ? "Their name may be shown." : "Their name is not shown in reels."),
          this.actions(customer),
        ),
      ),
    );
  }

  /** The narrowest consent of all answers. */
  consent({ answers }) {
    const why = answers.map((answer) => answer.refused.internal).find(Boolean);
    if (why) return badge("wrong", answers.some((answer) => answer.unclear.length) ? "Consent unclear" : (WHY[why] ?? why), "warn");
    return answers.every((answer) => !answer.refused.external) ? badge("keep", "Inside and outside", "check") : badge("none", "Inside only", "check");
  }

  answer(answer) {
    const whence = answer.rows.length ? ["row ", h("code", {}, answer.rows.join(", ")), " of ", this.told.table] : [`not in ${this.told.table}, so it counts as for inside`];
    const blur = answer.blurred.length === 2 ? "always" : answer.blurred.length ? "in external reels" : "no";
    return h(
      "div",
      { class: "answer" },
      h("h2", {}, answer.file),
      h(
        "dl",
        {},
        [
          ["Consent", [answer.consent || "empty", answer.until && `, until ${day(answer.until)}`]],
          ["Used for", ["internal", "external"].map((audience) => h("span", { class: "used" }, audience === "internal" ? "inside: " : "outside: ", answer.refused[audience] ? `no (${(WHY[answer.refused[audience]] ?? "").toLowerCase()})` : "yes"))],
          ["Faces blurred", [blur, answer.blur ? "" : " (as the project says)"]],
          answer.date && ["Answered", [day(answer.date)]],
          ["From", whence],
        ]
          .filter(Boolean)
          .map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
      ),
      answer.unclear.map((text) => h("p", { class: "fault" }, text[0].toUpperCase() + text.slice(1))),
    );
  }

  uses({ uses }) {
    if (!uses.length) return h("p", { class: "muted" }, "In no reel.");
    const words = (use) => (use.clips.length ? `${use.clips.length === 1 ? "clip" : "clips"} ${use.clips.join(", ")}` : "in its account only");
    return h("ul", { class: "plain" }, uses.map((use) => h("li", {}, h("b", {}, use.reel), use.build ? `, earlier build ${use.build}` : "", `: ${words(use)}`, use.audience === "external" ? " (external)" : "")));
  }

  // all data of one, and none

  actions(customer) {
    const video = h("input", { type: "checkbox" });
    const link = h("a", { class: "button", download: true }, icon("down"), h("span", {}, "All data of this customer"));
    const point = () => link.setAttribute("href", `/api/people/${customer.id}/export${video.checked ? "?video=1" : ""}`);
    video.addEventListener("change", point);
    point();
    return h("div", { class: "row person-actions" }, link, h("label", { class: "check" }, video, "with the videos"), h("span", { class: "grow" }), button("Forget …", { name: "drop", kind: "danger", onclick: () => this.forget(customer).catch(complain) }));
  }

  async forget(customer) {
    const path = `/api/people/${customer.id}/forget`;
    const keep = h("input", { type: "checkbox" });
    const list = listed([]);
    let asked = 0;
    const draw = async () => {
      const number = (asked += 1);
      const plan = await get(address(path, { keep: keep.checked ? "1" : "" }), { signal: this.place.signal });
      if (number === asked) fill(list, lines(plan.forgotten, true).map((line) => h("li", {}, h("span", {}, line))));
      return plan;
    };
    keep.addEventListener("change", () => draw().catch(complain));
    const plan = await draw();
    const body = [
      h("p", {}, "This cannot be undone. The reels that show this customer are made again without them."),
      list,
      h("label", { class: "check" }, keep, "Keep the uploaded file, but never use it again"),
    ];
    const agreed = await confirm({ title: `Forget ${customer.label}?`, body, yes: "Erase this permanently", danger: true, typed: plan.typed.trim() });
    if (!agreed) return say("Nothing was erased.");
    this.told.job = await post(path, { typed: plan.typed, keep_upload: keep.checked });
    this.watch();
  }

  watch() {
    const card = h("section", { class: "forgetting", tabindex: -1, "aria-label": "Forgetting" });
    fill(this.work, card);
    card.focus();
    follow(async (job) => {
      if (!job || this.place.signal.aborted) return;
      fill(card, jobCard(job));
      if (job.running) return;
      await this.load();
      document.dispatchEvent(new CustomEvent("nav"));
      if (this.told.receipt) this.drawReceipt(this.told.receipt, job);
    }, this.place.signal);
  }

  drawReceipt({ forgotten }, job) {
    const card = h(
      "section",
      { class: "card receipt stack", tabindex: -1, "aria-labelledby": "receipt-title" },
      h("h2", { id: "receipt-title" }, icon("check"), ` Erased on ${day(forgotten.made.slice(0, 10))}`),
      h("ul", { class: "plain" }, lines(forgotten, false).map((line) => h("li", {}, line))),
      h("div", { class: "row" }, h("a", { class: "button", href: "/api/people-receipt", download: true }, icon("down"), h("span", {}, "Save the receipt")), button("Close", { kind: "quiet", onclick: () => (fill(this.work), this.search.focus()) })),
    );
    fill(this.work, card);
    if (job) card.focus();
  }
}

/** A receipt, or what would be on it: what is erased, the reels, and what a person has to do. */
function lines(receipt, plan) {
  return [
    ...receipt.removed.map((entry) => [h("b", {}, `${entry.many} `), entry.what, entry.paths.length > 0 && `: ${entry.paths.join(", ")}`]),
    !receipt.removed.length && "Nothing new; it was erased earlier.",
    receipt.kept_upload && "The uploaded file and its row are kept, and never used again.",
    ...receipt.reels.map((reel) => [h("b", {}, `Reel ${reel.reel}`), reel.not_made ? `: removed, ${reel.not_made}` : plan ? " is made again without this customer" : " was made again without this customer"]),
    ...receipt.still_found.map((path) => [h("b", {}, "Still found"), ` in ${path}: look at the file, and remove it yourself`]),
    ...receipt.published.map((place) => [h("b", {}, "Published"), ` at ${place}: remove it there yourself`]),
  ].filter(Boolean);
}
