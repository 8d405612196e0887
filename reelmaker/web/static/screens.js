// The registry of screens: one line each.
//
// id     names it
// path   its address after "#/"; a part that begins with ":" is given to the screen
// label  its name in the navigation; without one it is not listed there
// part   for a screen of a problem: the last part of its path; it becomes a tab
// load   its module, whose default export is {title(place), show(root, place)}; `show` may give back a function that
//        ends it. `place` has `params`, `query`, `signal` (aborted when the screen is left) and `go(path)`.

export const screens = [
  { id: "home", path: "", label: "Home", icon: "home", load: () => import("./screens/home.js") },
  { id: "new", path: "new", load: () => import("./screens/new_problem.js") },
  { id: "moments", path: "problem/:slug/moments", part: "moments", label: "Moments", load: () => import("./screens/moments.js") },
  { id: "audit", path: "problem/:slug/audit", part: "audit", label: "Check the count", load: () => import("./screens/audit.js") },
  { id: "reel", path: "problem/:slug/reel", part: "reel", label: "The reel", load: () => import("./screens/reel.js") },
  { id: "build", path: "problem/:slug/build", part: "build", label: "Build", load: () => import("./screens/build.js") },
  { id: "problem", path: "problem/:slug/texts", part: "texts", label: "The problem", load: () => import("./screens/problem.js") },
  { id: "words", path: "words", label: "Words to check", icon: "words", load: () => import("./screens/words.js") },
  { id: "people", path: "people", label: "People", icon: "people", load: () => import("./screens/people.js") },
  { id: "topics", path: "topics", label: "Topics nobody asked about", icon: "idea", load: () => import("./screens/topics.js") },
  { id: "history", path: "history", label: "History and sign-off", icon: "clock", load: () => import("./screens/history.js") },
  { id: "new-problem", path: "new-problem", load: () => import("./screens/problem.js") },
];

export const problemScreens = () => screens.filter((screen) => screen.part && screen.label);
export const projectScreens = () => screens.filter((screen) => !screen.part && screen.label);

/** The screen at an address such as "#/problem/checkout/moments?state=sure", with what its path holds; or null. */
export function screenAt(hash) {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split("?");
  const given = path.split("/").filter(Boolean).map(decoded);
  for (const screen of screens) {
    const parts = screen.path.split("/").filter(Boolean);
    if (parts.length !== given.length) continue;
    const params = {};
    const fits = parts.every((part, at) => (part.startsWith(":") ? ((params[part.slice(1)] = given[at]), true) : part === given[at]));
    if (fits) return { screen, params, query: new URLSearchParams(query) };
  }
  return null;
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
