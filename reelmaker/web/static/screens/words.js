// Words to check: hear what speech recognition was not sure of, and correct it in place; everywhere, if wanted.
import { address, get, post } from "../lib/api.js";
import { confirm, listed } from "../lib/confirm.js";
import { fill, h, icon } from "../lib/dom.js";
import { day, many } from "../lib/format.js";
import { bind, cap } from "../lib/keys.js";
import { badge, button } from "../lib/parts.js";
import { Player } from "../lib/player.js";
import { Rows } from "../lib/rows.js";
import { complain, say, tell } from "../lib/say.js";

const GROUPS = { reel: ["new", "In the reel", "film"], held: ["maybe", "Not quoted yet", "warn"], quote: ["none", "Could be quoted", "list"] };
const STATES = { holds: "", fulfilled: "recognised right by now", overruled: "replaced by a later one", resting: "rests", withdrawn: "taken back" };
const OPPOSITE = 'This adds or removes a “not”, so the quote says the opposite. Correct it?';
const LISTENED = "Have you listened to it, and is this what the customer says?";
const AGAIN = "The next build listens to the recordings again with these names. Until then their moments are not shown here.";

export default {
  title: () => "Words to check",

  async show(root, place) {
    const screen = new Words(root, place);
    await screen.begin();
    return () => screen.rows.end();
  },
};

class Words {
  constructor(root, place) {
    Object.assign(this, { root, place });
    this.player = new Player({ signal: place.signal });
    this.rows = new Rows({
      label: "Words to check",
      draw: (row) => this.drawRow(row),
      chosen: (key) => this.open(key).catch(complain),
      picked: () => this.work.classList.add("one"),
      fetchRows: async (keys) => (await get(address("/api/words/rows", { keys: keys.join(",") }), { signal: place.signal })).rows,
    });
  }

  async begin() {
    const { signal } = this.place;
    this.lead = h("p", { class: "lead" });
    this.facts = h("div", { class: "moment-facts" });
    this.input = h("input", { type: "text", id: "said", autocomplete: "off", spellcheck: true, maxlength: 400, "aria-describedby": "said-hint" });
    this.hint = h("p", { class: "hint", id: "said-hint" });
    this.correctButton = h("button", { type: "submit", class: "primary" }, icon("check"), h("span", {}, "Correct"), h("kbd", { "aria-hidden": "true" }, "Enter"));
    this.rightButton = h("button", { type: "button", onclick: () => this.correct(this.row.words).catch(complain) }, h("span", {}, "It is right"), cap("y"));
    this.skipButton = h("button", { type: "button", class: "quiet", onclick: () => this.rows.choose(this.rows.active + 1) }, h("span", {}, "Next"), cap("ArrowDown"));
    this.form = h(
      "form",
      { class: "correct-form card", onsubmit: (event) => (event.preventDefault(), this.correct(this.input.value).catch(complain)) },
      h("div", { class: "form-field" }, h("label", { for: "said" }, "What does the customer say?"), this.hint, this.input),
      h("div", { class: "row" }, this.correctButton, this.rightButton, this.skipButton),
    );
    this.input.addEventListener("input", () => this.player.media?.pause()); // nobody types and listens
    this.input.addEventListener("keydown", (event) => event.key === "Escape" && (event.preventDefault(), this.rows.element.focus(), this.player.play()));
    this.elsewhere = h("div", { class: "elsewhere", role: "region", "aria-label": "The same words elsewhere" });
    this.pane = h(
      "section",
      { class: "pane", "aria-label": "The words" },
      h("button", { type: "button", class: "quiet back", onclick: () => this.toList() }, icon("back"), h("span", {}, "Back to the list")),
      this.facts,
      this.player.element,
      this.form,
    );
    this.work = h("div", { class: "moments" }, h("section", { class: "side-list", "aria-label": "List" }, this.rows.element), this.pane);
    this.made = h("section", { class: "made", "aria-labelledby": "made-title" });
    this.names = h("section", { class: "names", "aria-labelledby": "names-title" });
    fill(this.root, h("header", { class: "page-head" }, h("h1", {}, "Words to check"), this.lead), this.elsewhere, this.work, this.made, this.names);
    this.show(await this.fetch());
    bind(this.work, this.bindings(), signal);
    document.addEventListener("changed", () => this.refresh().catch(complain), { signal });
    this.rows.element.focus({ preventScroll: true });
  }

  fetch() {
    return get("/api/words", { signal: this.place.signal });
  }

  show(told) {
    this.draw(told);
    this.rows.show(told.keys, told.rows);
  }

  draw(told) {
    this.told = told;
    const { reel, held, quote } = told.totals;
    const parts = [reel && `${reel} in the reel`, held && `${held} not quoted until checked`, quote && `${quote} that could be quoted`].filter(Boolean);
    this.lead.textContent = parts.length ? `Speech recognition was not sure of these: ${parts.join(", ")}.` : "Speech recognition was sure of every word that is quoted.";
    this.work.hidden = !told.keys.length;
    this.drawMade();
    this.drawNames();
  }

  /** What is known by now; the same words stay active, or the next ones. */
  async refresh() {
    const told = await this.fetch();
    const key = this.rows.keys[this.rows.active];
    const rest = this.rows.keys.slice(Math.max(0, this.rows.active));
    const next = rest.find((candidate) => told.keys.includes(candidate));
    this.draw(told);
    if (!told.keys.length) return;
    const at = Math.max(0, told.keys.indexOf(next ?? told.keys.at(-1)));
    if (told.keys[at] === key && told.keys.length === this.rows.keys.length) return this.rows.update(told.rows);
    this.rows.show(told.keys, told.rows, at);
  }

  // the list and the words

  drawRow(row) {
    const [kind, text, name] = GROUPS[row.group];
    return [
      h("span", { class: "row-head" }, badge(kind, row.group === "reel" ? row.clip : text, name), h("span", { class: "row-who" }, [row.who.label, row.who.segment].filter(Boolean).join(" · "))),
      h("span", { class: "row-text" }, row.parts[0], h("mark", {}, row.parts[1]), row.parts[2]),
    ];
  }

  async open(key) {
    const told = await get(address("/api/words/one", { key }), { signal: this.place.signal });
    if (this.rows.keys[this.rows.active] !== key) return;
    const typing = this.row?.key === key && this.input.value !== this.row.words; // somebody else changed something meanwhile
    this.row = told;
    const [kind, text, name] = GROUPS[told.group];
    fill(
      this.facts,
      h("h2", {}, "“", told.words, "”"),
      h("p", { class: "row" }, badge(kind, told.group === "reel" ? `${text}: ${told.clip}` : text, name), h("span", { class: "muted small" }, [told.who.label, told.who.segment, told.file].filter(Boolean).join(" · "))),
    );
    if (!typing) this.input.value = told.words;
    fill(this.hint, "The transcript says “", told.words, "”; ", `recognised with a confidence of ${Math.round(100 * told.confidence)} %.`);
    if (!typing) this.player.load(told);
  }

  // corrections

  async correct(said) {
    const row = this.row;
    const text = said.replace(/\s+/g, " ").trim();
    if (!row || !text) return;
    const asked = { moment: row.moment, heard: row.words, said: text };
    const { places } = await post("/api/words/look", asked);
    const numbers = await this.record(asked, places);
    if (!numbers) return this.input.focus();
    const confirmed = text === row.words;
    const done = confirmed ? `“${text}” is confirmed.` : `“${row.words}” is “${text}” now.`;
    tell(done, { label: "Undo", run: () => this.takeBack(numbers, row.key) });
    const elsewhere = confirmed ? { places: [] } : await post("/api/words/others", { heard: row.words, said: text });
    await this.refresh();
    this.drawElsewhere({ heard: row.words, said: text }, elsewhere.places);
    if (!elsewhere.places.length) this.rows.element.focus();
  }

  /** Write corrections of these places down; null where the person thought better of it. */
  async record(asked, places) {
    const turning = places.some((place) => place.turns);
    if (turning) {
      const body = [h("p", {}, "“", asked.heard, "” → “", asked.said, "”")];
      if (!(await confirm({ title: OPPOSITE, body, yes: "Yes, correct it" }))) return null;
      if (!(await confirm({ title: LISTENED, body, yes: "Yes, I listened" }))) return null;
    }
    const { numbers } = await post("/api/words/correct", { ...asked, places: places.map((place) => place.place), listened: turning });
    return numbers;
  }

  /** Take corrections back; `key`: the words that are in question again. */
  async takeBack(numbers, key) {
    try {
      await post("/api/words/undo", { numbers });
      say("Taken back.");
      fill(this.elsewhere);
      await this.refresh();
      if (this.rows.places?.has(key)) this.rows.choose(this.rows.places.get(key));
    } catch (problem) {
      complain(problem);
    }
  }

  drawElsewhere(asked, places) {
    const { said, heard } = asked;
    const newName = said !== heard && /^[\p{Lu}\d]/u.test(said) && said.split(" ").length < 4 && !this.told.vocabulary.includes(said);
    const close = () => (fill(this.elsewhere), this.rows.element.focus());
    if (!places.length) {
      return fill(this.elsewhere, newName && h("div", { class: "card row" }, h("p", { class: "grow" }, "Is “", said, "” a name that comes again? Speech recognition can learn it."), button("Add to the names", { name: "more", onclick: () => this.addNames([said]).then(close).catch(complain) }), button("No", { kind: "quiet", onclick: close })));
    }
    const boxes = places.map(() => h("input", { type: "checkbox", checked: true, onchange: () => count() }));
    const replace = h("button", { type: "button", class: "primary", onclick: () => run().catch(complain) });
    const count = () => {
      const chosen = boxes.filter((box) => box.checked).length;
      replace.textContent = `Replace in ${many(chosen, "place")}`;
      replace.disabled = !chosen;
    };
    const run = async () => {
      const chosen = places.filter((_, at) => boxes[at].checked);
      const numbers = await this.record({ ...asked, everywhere: true }, chosen);
      if (!numbers) return;
      tell(`Replaced in ${many(numbers.length, "more place")}.`, { label: "Undo", run: () => this.takeBack(numbers) });
      fill(this.elsewhere);
      await this.refresh();
      this.rows.element.focus();
    };
    count();
    fill(
      this.elsewhere,
      h(
        "div",
        { class: "card stack" },
        h("h2", { tabindex: -1 }, `${many(places.length, "other place")} ${places.length === 1 ? "says" : "say"} “`, heard, "”. Replace there, too?"),
        listed(places.map((place, at) => h("li", {}, h("label", { class: "check" }, boxes[at], h("span", {}, place.sentence, h("span", { class: "muted small" }, place.who ? ` ${place.who.label}` : ""))), place.turns && badge("wrong", "adds or removes a “not”", "warn")))),
        h("div", { class: "row" }, replace, button("Leave them", { onclick: close })),
      ),
    );
    this.elsewhere.querySelector("h2").focus();
  }

  drawMade() {
    const all = this.told.corrections;
    fill(
      this.made,
      h("h2", { id: "made-title" }, "Corrections"),
      all.length === 0 && h("p", { class: "muted" }, "None yet. The next build shows what is corrected here."),
      h(
        "ul",
        { class: "correction-list" },
        all.toReversed().map((one) =>
          h(
            "li",
            { class: one.state === "withdrawn" ? "muted" : "" },
            h("span", { class: "grow" }, one.confirms ? ["confirmed “", one.text, "”"] : [h("del", {}, one.heard), " → ", h("ins", {}, one.text)], h("span", { class: "muted small" }, ` ${[day(one.made.slice(0, 10)), STATES[one.state], one.state === "resting" && one.reason].filter(Boolean).join(" · ")}`)),
            one.state !== "withdrawn" && h("button", { type: "button", class: "quiet", onclick: () => this.takeBack([one.number]) }, icon("undo"), h("span", {}, "Undo"), h("span", { class: "hidden" }, ` the correction to ${one.text}`)),
          ),
        ),
      ),
    );
  }

  // names

  drawNames() {
    const input = h("input", { type: "text", id: "new-name", autocomplete: "off", maxlength: 100 });
    const { vocabulary } = this.told;
    const add = () => {
      const names = input.value.split(",").map((name) => name.trim()).filter(Boolean);
      if (names.length) this.addNames(names).catch(complain);
    };
    fill(
      this.names,
      h("h2", { id: "names-title" }, "Names"),
      h("p", { class: "muted" }, "Brands, products and places that speech recognition does not know. The customer's own name it knows from the table."),
      h("ul", { class: "chips" }, vocabulary.map((name) => h("li", {}, name, h("button", { type: "button", class: "quiet", onclick: () => this.setNames(vocabulary.filter((other) => other !== name)).catch(complain), "aria-label": `Take out ${name}` }, icon("drop"))))),
      h("form", { class: "row add-name", onsubmit: (event) => (event.preventDefault(), add()) }, h("label", { for: "new-name", class: "hidden" }, "New names, with commas between them"), input, h("button", { type: "submit" }, icon("more"), h("span", {}, "Add"))),
    );
  }

  addNames(names) {
    return this.setNames([...new Set([...this.told.vocabulary, ...names])]);
  }

  async setNames(names) {
    const before = this.told.vocabulary;
    if (JSON.stringify(names) === JSON.stringify(before)) return;
    if (!(await confirm({ title: "Change the names?", body: [h("p", {}, AGAIN)], yes: "Change them" }))) return;
    try {
      await post("/api/words/vocabulary", { names, digest: this.told.digest });
    } catch (problem) {
      if (problem.status !== 409 || !problem.told?.vocabulary) throw problem;
      await this.refresh();
      tell("reelmaker.toml was changed elsewhere meanwhile; the names of now are shown. Nothing was written.");
      return;
    }
    tell("The names are in reelmaker.toml.", { label: "Undo", run: () => this.setNames(before).catch(complain) });
    await this.refresh();
  }

  // keys

  bindings() {
    const move = (step) => () => this.rows.choose(this.rows.active + step);
    return [
      { keys: [" "], label: "Play or stop", run: () => this.player.toggle() },
      { keys: ["ArrowDown", "j"], label: "Next words", run: move(1) },
      { keys: ["ArrowUp", "k"], label: "Words before", run: move(-1) },
      { keys: ["e", "Enter"], label: "Correct them; Escape goes back to the list", run: () => (this.work.classList.add("one"), this.input.focus(), this.input.select()) },
      { keys: ["y"], label: "They are right as they were recognised", run: () => this.correct(this.row.words).catch(complain) },
      { keys: ["a"], label: "Hear 15 seconds around them", run: () => this.player.setAround(!this.player.around) },
    ];
  }

  toList() {
    this.work.classList.remove("one");
    this.player.media?.pause();
    this.rows.element.focus();
  }
}
