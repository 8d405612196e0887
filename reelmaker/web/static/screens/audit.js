// Check the count: one customer of a random sample after the other, yes or no; then the count with its limits.
import { get, post } from "../lib/api.js";
import { fill, h, icon } from "../lib/dom.js";
import { bind, cap } from "../lib/keys.js";
import { count, problemHead } from "../lib/parts.js";
import { Player } from "../lib/player.js";
import { complain, say } from "../lib/say.js";

const USUAL = 20;

export default {
  title: ({ params }) => `Check the count – ${params.slug}`,

  async show(root, place) {
    const api = `/api/problems/${encodeURIComponent(place.params.slug)}/audit`;
    const player = new Player({ signal: place.signal });
    player.around = true;
    player.aroundButton.hidden = true;
    const summary = h("div", { class: "moments-summary" });
    const pane = h("div", { class: "audit-pane" });
    const done = []; // what was answered here, the last at the end
    let told = await get(api, { signal: place.signal });
    fill(root, problemHead(told.problem, "audit"), summary, pane);

    const render = () => {
      fill(summary, count(told.problem.count));
      if (!told.begun) fill(pane, intro());
      else if (told.customer) ask(told.customer);
      else fill(pane, result());
    };
    const reload = async () => {
      told = await get(api, { signal: place.signal });
      render();
    };
    const draw = async (body) => {
      try {
        await post(`${api}/draw`, body);
        await reload();
        pane.querySelector("button")?.focus();
      } catch (problem) {
        complain(problem);
      }
    };

    function intro() {
      return [
        h("h2", {}, "Is the count right?"),
        h("p", {}, "The program counted. To state how far it may be off, listen to a few customers, drawn at random, and say of each whether it is about them. Twenty take about ten minutes; you can stop at any time."),
        h("div", { class: "row" }, h("button", { type: "button", class: "primary", disabled: !told.customers, onclick: () => draw({}) }, icon("people"), h("span", {}, `Begin with ${Math.min(USUAL, told.customers)} customers`))),
      ];
    }

    function ask(customer) {
      const answer = (verdict, label, key, picture) => h("button", { type: "button", class: `decide ${verdict}`, onclick: () => record(verdict) }, picture && icon(picture), h("span", {}, label), cap(key));
      const passages = customer.passages;
      fill(
        pane,
        told.outdated && h("p", { class: "card" }, icon("warn"), ` ${told.outdated}`),
        h("div", {}, h("p", { class: "muted" }, `Customer ${customer.place} of ${customer.of}`), h("progress", { max: customer.of, value: customer.place - 1, "aria-label": "Customers checked" })),
        h("h2", { class: "ask" }, `${told.ask}: “${told.problem.statement}”?`),
        passages.length > 1 && h("div", { class: "choices", role: "group", "aria-label": "Answers of this customer" }, passages.map((passage, at) => h("button", { type: "button", class: "choice", "aria-pressed": String(at === 0), onclick: (event) => choose(passage, event.currentTarget) }, `Answer ${at + 1}`))),
        passages[0]?.question && h("p", { class: "muted small" }, "Asked: ", passages[0].question),
        player.element,
        h(
          "div",
          { class: "actions", role: "group", "aria-label": "Answer" },
          answer("yes", "Yes", "y", "check"),
          answer("no", "No", "n", "drop"),
          answer("unsure", "Unsure", "u"),
          h("button", { type: "button", class: "quiet", disabled: !done.length, onclick: takeBack }, icon("undo"), h("span", {}, "Take back"), cap("z")),
        ),
      );
      if (passages[0]) player.load(passages[0]);
      const mark = player.words.querySelector(".mark");
      if (mark) player.bring(mark);
    }

    function choose(passage, button) {
      for (const other of button.parentElement.children) other.setAttribute("aria-pressed", String(other === button));
      player.load(passage);
    }

    function result() {
      player.unload();
      return [
        h("h2", {}, told.problem.count ? `${told.problem.count.customers}: ${told.problem.count.basis}` : "Checked"),
        h("ul", { class: "plain" }, told.lines.map((line) => h("li", {}, line))),
        told.outdated && h("p", {}, told.outdated),
        h(
          "div",
          { class: "row" },
          h("button", { type: "button", onclick: () => draw({ sample: Math.min(told.customers, 2 * USUAL) }) }, "Check more customers"),
          h("button", { type: "button", class: "quiet", onclick: () => draw({ again: true }) }, "Draw a new sample"),
          done.length > 0 && h("button", { type: "button", class: "quiet", onclick: takeBack }, icon("undo"), h("span", {}, "Take back the last answer")),
        ),
      ];
    }

    async function record(verdict) {
      if (!told.customer) return;
      try {
        const { numbers } = await post(`${api}/answer`, { verdict, answers: told.customer.answers });
        done.push(numbers);
        await reload();
        say(told.customer ? `Customer ${told.customer.place} of ${told.customer.of}` : "All are checked.");
        focusPane();
      } catch (problem) {
        complain(problem);
        await reload();
      }
    }

    async function takeBack() {
      const numbers = done.pop();
      if (!numbers) return;
      try {
        await post("/api/undo", { numbers });
        await reload();
        say("Taken back.");
        focusPane();
      } catch (problem) {
        complain(problem);
      }
    }

    const focusPane = () => {
      pane.tabIndex = -1;
      pane.focus({ preventScroll: true });
    };
    render();
    bind(
      pane,
      [
        { keys: [" "], label: "Play or stop", run: () => player.toggle() },
        { keys: ["y"], label: "Yes, it is about this customer", run: () => record("yes") },
        { keys: ["n"], label: "No", run: () => record("no") },
        { keys: ["u"], label: "Unsure", run: () => record("unsure") },
        { keys: ["z"], label: "Take back the last answer", run: takeBack },
      ],
      place.signal,
    );
    focusPane();
    return () => player.unload();
  },
};

