// History: the builds of each reel, what changed, the builds side by side, restoring one, and who approved which.
import { address, get, post } from "../lib/api.js";
import { askFor, confirm } from "../lib/confirm.js";
import { fill, h, icon } from "../lib/dom.js";
import { clock, day, many } from "../lib/format.js";
import { badge, button } from "../lib/parts.js";
import { complain, tell } from "../lib/say.js";

const CHANGED = { came_in: "Added", went_out: "Removed", reworded: "Shown differently", moved: "Moved" };
let approver = ""; // typed once in this window

export default {
  title: () => "History and sign-off",

  async show(root, place) {
    await new History(root, place).begin();
  },
};

class History {
  constructor(root, place) {
    Object.assign(this, { root, place });
  }

  async begin() {
    const { signal } = this.place;
    this.reels = h("div", { class: "reels" });
    fill(
      this.root,
      h("header", { class: "page-head" }, h("h1", {}, "History and sign-off"), h("p", { class: "lead" }, "Every build that is kept. A sign-off belongs to one build: when the reel is built anew, it rests.")),
      this.reels,
    );
    await this.load();
    document.addEventListener("changed", () => this.load().catch(complain), { signal });
  }

  async load() {
    this.told = await get("/api/history", { signal: this.place.signal });
    const open = new Set([...this.reels.querySelectorAll("details[open]")].map((element) => element.dataset.key));
    fill(this.reels, this.told.reels.length ? this.told.reels.map((reel) => this.reel(reel, open)) : h("div", { class: "nothing" }, h("h2", {}, "Nothing is built yet."), h("p", { class: "muted" }, "Builds appear here.")));
  }

  reel({ reel, title, builds }, open) {
    const current = builds.find((build) => build.current);
    return h(
      "section",
      { class: "history", "aria-label": title },
      h("h2", {}, title),
      h("ol", { class: "builds" }, builds.map((build) => this.build(reel, build, current, open))),
      builds.length === 1 && h("p", { class: "muted small" }, this.told.keeps ? "Earlier builds appear here once it is built again." : "[reel] keep_builds is 0: no earlier build is kept."),
    );
  }

  build(reel, build, current, open) {
    const key = `${reel} ${build.number}`;
    const post_ = (what, body) => post(`/api/history/${encodeURIComponent(reel)}/${what}`, body);
    return h(
      "li",
      { class: `card build${build.current ? " current" : ""}` },
      h(
        "div",
        { class: "build-head" },
        h("h3", {}, `Build ${build.number}`),
        build.current && badge("done", "This is the reel", "check"),
        h("span", { class: "muted small" }, [day(build.built), many(build.clips, "clip"), clock(build.duration_ms)].join(" · ")),
      ),
      this.approvals(build),
      h("details", { open: open.has(key), dataset: { key } }, h("summary", {}, "What changed"), changes(build.changes)),
      h(
        "div",
        { class: "row" },
        build.current && button("Approve this build", { name: "check", kind: build.approvals.length ? "" : "primary", onclick: () => this.approve(build, post_).catch(complain) }),
        build.page && h("a", { class: "button", href: `/reels/${encodeURIComponent(reel)}/index.html`, target: "_blank", rel: "noopener" }, icon("page"), h("span", {}, "Open the page")),
        !build.current && button("Restore", { name: "undo", onclick: () => this.restore(build, post_).catch(complain) }),
        !build.current && current && button(`Compare with build ${current.number}`, { name: "list", onclick: () => this.compare(reel, build, current).catch(complain) }),
      ),
      h("div", { class: "comparison", id: `compare-${key.replace(/[^\w-]/g, "_")}`, tabindex: -1 }),
    );
  }

  approvals(build) {
    if (!build.approvals.length) return build.current && h("p", { class: "muted" }, "Nobody has approved this build yet.");
    return h(
      "ul",
      { class: "approvals" },
      build.approvals.map((one) =>
        h(
          "li",
          {},
          build.current ? badge("keep", "Approved", "check") : badge("none", "Approved; rests", "clock"),
          h("span", {}, "by ", h("b", {}, one.name), ` on ${day(one.made)}`),
          h("button", { type: "button", class: "quiet", onclick: () => this.takeBack(one).catch(complain) }, icon("undo"), h("span", {}, "Take back"), h("span", { class: "hidden" }, ` the sign-off of ${one.name}`)),
        ),
      ),
    );
  }

  async approve(build, send) {
    const another = build.approvals.some((one) => one.name === approver);
    const name = (!another && approver) || (await askFor({ title: `Approve build ${build.number}?`, body: [h("p", {}, "Your name stands on the page of the reel and in its manifest. It is asked once in this window.")], label: another ? "Another person's name" : "Your name", yes: "Approve" }));
    if (!name) return;
    const { number, warnings } = await send("approve", { number: build.number, name });
    if (!another) approver = name;
    for (const line of warnings) tell(line);
    tell(`Build ${build.number} is approved by ${name}.`, { label: "Undo", run: () => this.takeBack({ number }).catch(complain) });
    await this.load();
  }

  async takeBack({ number }) {
    await post("/api/history-undo-approval", { number });
    approver = "";
    await this.load();
  }

  async restore(build, send) {
    const body = [h("p", {}, "It becomes the reel, with all its files. The reel of now is kept and can be restored in turn.")];
    if (!(await confirm({ title: `Restore build ${build.number}?`, body, yes: "Restore it" }))) return;
    const { warnings } = await send("restore", { number: build.number });
    for (const line of warnings) tell(line);
    tell(`Build ${build.number} is the reel again. It stays until something changes that would change the reel.`);
    document.dispatchEvent(new CustomEvent("nav"));
    await this.load();
  }

  async compare(reel, first, second) {
    const told = await get(address(`/api/history/${encodeURIComponent(reel)}/compare`, { first: first.number, second: second.number }), { signal: this.place.signal });
    const place = document.getElementById(`compare-${`${reel} ${first.number}`.replace(/[^\w-]/g, "_")}`);
    const list = (title, clips, mark) => h("div", {}, h("h4", {}, `${title} (${clips.length})`), h("ul", { class: "plain" }, clips.map((clip) => h("li", {}, mark(), h("q", {}, clip.quote), h("span", { class: "muted small" }, ` ${clip.label}, clip ${clip.number}`)))));
    const number = (count) => (count ? `${count[0]} of ${count[1]}` : "–");
    fill(
      place,
      h("div", { class: "two" }, list(`Only in build ${first.number}`, told.first, () => badge("drop", "gone", "drop")), list(`Only in build ${second.number}`, told.second, () => badge("keep", "new", "more"))),
      h("p", { class: "muted" }, `${many(told.both.length, "clip")} in both.`),
      h("ul", { class: "plain" }, told.counts.map((count) => h("li", {}, count.statement, ": ", h("b", {}, `${number(count.first)} → ${number(count.second)}`)))),
    );
    place.focus();
  }
}

/** What a build changed, as changes.md says it. */
function changes(told) {
  if (!told.since) return h("p", { class: "muted" }, "The first build: there is nothing to compare it with.");
  const quote = (entry) => h("li", {}, entry.quote ? h("q", {}, entry.quote) : "A quote", entry.label && h("span", { class: "muted" }, ` ${entry.label}`), `: ${entry.why}`);
  const lists = Object.entries(CHANGED).filter(([name]) => told[name]?.length);
  return h(
    "div",
    { class: "changes" },
    told.counts.map((count) => h("p", {}, count.statement, ": ", h("b", {}, count.before && String(count.before) !== String(count.now) ? `${count.before[0]} of ${count.before[1]} → ${count.now[0]} of ${count.now[1]}` : `${count.now[0]} of ${count.now[1]}, as before`))),
    lists.map(([name, title]) => h("div", {}, h("h4", {}, `${title} (${told[name].length})`), h("ul", { class: "plain" }, told[name].map(quote)))),
    told.settings.length > 0 && h("div", {}, h("h4", {}, "Settings that changed"), h("ul", { class: "plain" }, told.settings.map((setting) => h("li", {}, setting)))),
    told.reordered && h("p", {}, "The quotes are in another order."),
    !lists.length && !told.reordered && h("p", {}, "The quotes are the same."),
  );
}
