// Questions to the server of this window. An error has `message` and `remedy`, to be shown as they are.

export class Refused extends Error {
  constructor(told, status) {
    super(told.error ?? "The review window refused this.");
    this.remedy = told.remedy ?? "";
    this.status = status;
    this.told = told;
    this.exitCode = told.exit_code ?? 1;
  }
}

export class Stopped extends Error {}

async function ask(path, options = {}) {
  let answer;
  try {
    answer = await fetch(path, { credentials: "same-origin", ...options });
  } catch (problem) {
    if (problem.name === "AbortError") throw problem;
    document.dispatchEvent(new CustomEvent("stopped"));
    throw new Stopped("The review window has stopped.");
  }
  const told = answer.headers.get("content-type")?.includes("json") ? await answer.json() : { error: await answer.text() };
  if (!answer.ok) throw new Refused(told, answer.status);
  return told;
}

export const get = (path, options) => ask(path, options);

/** A question that the page asks by itself: it does not keep the window open. */
export const peek = (path, options) => ask(path, { ...options, headers: { "X-Reelmaker-Quiet": "1" } });

export const post = (path, body = {}) =>
  ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

/** An address with a query. */
export function address(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== "" && value !== undefined && value !== null);
  return given.length ? `${path}?${new URLSearchParams(given)}` : path;
}
