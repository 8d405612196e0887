// The running work: followed through Server-Sent Events, shown as a bar with its steps.
import { post } from "./api.js";
import { h, icon } from "./dom.js";
import { complain, say } from "./say.js";

/** Follow the job until it ends; `changed(job)` is told each time something happens in it. */
export function follow(changed, signal) {
  const source = new EventSource("/api/job/events");
  let step = "";
  source.addEventListener("message", (event) => {
    const job = JSON.parse(event.data);
    if (job?.running && job.step !== step) say((step = job.step));
    if (!job?.running) source.close();
    changed(job);
  });
  source.addEventListener("error", () => source.readyState === EventSource.CLOSED && document.dispatchEvent(new CustomEvent("stopped")));
  signal.addEventListener("abort", () => source.close());
}

const TITLES = { forget: "Forgetting, and making the reels again", suggest: "Looking for topics" };

/** A job as it goes on, or how it ended. */
export function jobCard(job) {
  const share = job.total ? job.done / job.total : 0;
  if (job.running)
    return h(
      "div",
      { class: "card job" },
      h("h2", {}, job.kind === "draft" ? "The draft is being built" : job.kind === "build" ? "The reel is being built" : (TITLES[job.kind] ?? "Looking for moments")),
      h("ol", { class: "job-steps" }, job.steps.map((step, at) => h("li", { "aria-current": at === job.steps.length - 1 ? "step" : null }, at < job.steps.length - 1 ? icon("check") : icon("clock"), h("span", {}, step)))),
      h("progress", { max: 1, value: share, "aria-label": job.step || "Beginning" }),
      h("p", { class: "muted" }, job.total > 1 ? `${job.step}: ${job.done} of ${job.total}` : job.step || "Beginning …"),
      h("div", { class: "row" }, h("button", { type: "button", onclick: () => post("/api/job/cancel").catch(complain) }, icon("stop"), h("span", {}, "Stop"))),
    );
  return h(
    "div",
    { class: `card job ${job.good ? "good" : "bad"}` },
    h("h2", {}, icon(job.good ? "check" : "warn"), job.result),
    job.error && h("p", {}, job.error),
    job.warnings.length > 0 && h("details", {}, h("summary", {}, `${job.warnings.length} ${job.warnings.length === 1 ? "note" : "notes"}`), h("ul", { class: "plain" }, job.warnings.map((line) => h("li", {}, line)))),
  );
}

