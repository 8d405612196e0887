// The window: which screen is shown, the navigation beside it, and what somebody else changed meanwhile.
import { peek } from "./lib/api.js";
import { fill, h, icon } from "./lib/dom.js";
import { showSheet } from "./lib/keys.js";
import { complain, state } from "./lib/say.js";
import { projectScreens, screenAt } from "./screens.js";

const LOOK_EVERY_MS = 4000;
const SLOW_MS = 700;
const root = document.getElementById("main");
const nav = document.getElementById("nav");
const menu = document.getElementById("menu");
let leaving = new AbortController();
let leave = null;
let mark = "";
let shown = "";

async function show() {
  leaving.abort();
  leave?.();
  leave = null;
  leaving = new AbortController();
  const { signal } = leaving;
  const found = screenAt(location.hash);
  openMenu(false);
  if (!found) return state(root, "There is no such screen.", h("p", {}, h("a", { href: "#/" }, "Go to Home")));
  const go = (path) => (location.hash = `#/${path}`);
  const place = { params: found.params, query: found.query, signal, go };
  const another = shown !== `${found.screen.id} ${JSON.stringify(found.params)}`;
  shown = `${found.screen.id} ${JSON.stringify(found.params)}`;
  root.setAttribute("aria-busy", "true");
  let begun = false; // from then on what stands there is the screen's own
  const slow = setTimeout(() => !signal.aborted && another && !(begun && root.firstChild) && state(root, "Reading the project …"), SLOW_MS);
  try {
    const { default: screen } = await found.screen.load();
    if (signal.aborted) return;
    fill(root);
    begun = true;
    root.className = `screen screen-${found.screen.id}`;
    const ended = await screen.show(root, place);
    clearTimeout(slow);
    if (signal.aborted) return ended?.();
    leave = ended ?? null;
    document.title = `${screen.title(place)} – reelmaker`;
    if (another) {
      if (!root.contains(document.activeElement)) root.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
  } catch (problem) {
    if (signal.aborted) return;
    state(root, "This screen cannot be shown.", h("p", {}, problem.message), problem.remedy && h("p", {}, problem.remedy));
    complain(problem);
  } finally {
    clearTimeout(slow);
    if (!signal.aborted) root.removeAttribute("aria-busy");
    showNav();
  }
}

async function showNav() {
  let told;
  try {
    told = await peek("/api/nav");
  } catch {
    return;
  }
  document.getElementById("brand-name").textContent = told.project?.name ?? "reelmaker";
  const here = screenAt(location.hash);
  const item = (href, text, current, name, side) =>
    h("li", {}, h("a", { href, "aria-current": current ? "page" : null }, name && icon(name), h("span", { class: "grow" }, text), side && h("span", { class: "side-note" }, side)));
  fill(
    nav,
    h("ul", {}, projectScreens().filter((screen) => screen.id === "home").map((screen) => item(`#/${screen.path}`, screen.label, here?.screen === screen, screen.icon))),
    told.problems.length > 0 && [
      h("h2", {}, "Problems"),
      h(
        "ul",
        {},
        told.problems.map((problem) =>
          item(`#/problem/${encodeURIComponent(problem.slug)}/${here?.screen.part ?? "moments"}`, problem.statement, here?.params.slug === problem.slug, null, problem.number),
        ),
      ),
    ],
    told.project && projectScreens().length > 1 && [
      h("h2", {}, "All answers"),
      h("ul", {}, projectScreens().filter((screen) => screen.id !== "home").map((screen) => item(`#/${screen.path}`, screen.label, here?.screen === screen, screen.icon))),
    ],
    h("button", { type: "button", class: "quiet keys-button", onclick: showSheet }, icon("key"), h("span", {}, "Keys"), h("kbd", { "aria-hidden": "true" }, "?")),
  );
}

/** Somebody in another window, or on the command line, changed something: the screen may show it. */
async function look() {
  if (document.hidden) return;
  try {
    const told = await peek("/api/changes");
    if (mark && told.mark !== mark) {
      document.dispatchEvent(new CustomEvent("changed"));
      showNav();
    }
    mark = told.mark;
  } catch (problem) {
    if (problem.status === 403) stopped();
  }
}

let told = false;
function stopped() {
  if (told) return;
  told = true;
  document.body.prepend(
    h("div", { class: "stopped", role: "alert" }, h("p", {}, h("b", {}, "The review window has stopped. "), "Everything you did is kept. Start it again with “reelmaker review”, or with the starter beside the project; this page can be closed.")),
  );
}

function openMenu(open) {
  menu.setAttribute("aria-expanded", String(open));
  document.body.classList.toggle("menu-open", open);
}

menu.addEventListener("click", () => openMenu(menu.getAttribute("aria-expanded") !== "true"));
document.getElementById("skip").addEventListener("click", (event) => (event.preventDefault(), root.focus()));
document.addEventListener("stopped", stopped);
document.addEventListener("nav", showNav); // a screen changed what the navigation shows
addEventListener("hashchange", show);
addEventListener("unhandledrejection", (event) => (event.preventDefault(), complain(event.reason)));
document.addEventListener("visibilitychange", look);
setInterval(look, LOOK_EVERY_MS);
look();
show();

