// Videos from the person's disk into uploads/: dropped anywhere on the window or chosen, copied one after the other.
import { post } from "./api.js";
import { fill, h, icon } from "./dom.js";
import { bytes, clock } from "./format.js";
import { complain, say } from "./say.js";

/** A place to drop videos; `done()` is called when all are there. */
export function uploads({ done, signal }) {
  const list = h("ul", { class: "upload-list" });
  const input = h("input", { type: "file", multiple: true, class: "hidden", id: "files", accept: "video/*,audio/*,.vtt,.srt,.csv,.mov,.mp4,.webm", onchange: () => take([...input.files]) });
  const zone = h(
    "div",
    { class: "drop-zone" },
    icon("upload"),
    h("p", {}, h("b", {}, "Drop the customers’ videos here")),
    h("p", { class: "muted small" }, "They are copied into the folder uploads/ of this project and never leave this machine. Voice recordings, captions and responses.csv are welcome, too."),
    input,
    h("label", { class: "button", for: "files", role: "button", tabindex: 0, onkeydown: (event) => (event.key === "Enter" || event.key === " ") && (event.preventDefault(), input.click()) }, "Choose files"),
    list,
  );
  const over = (on) => zone.classList.toggle("over", on);
  addEventListener("dragover", (event) => (event.preventDefault(), over(true)), { signal });
  addEventListener("dragleave", (event) => event.relatedTarget === null && over(false), { signal });
  addEventListener(
    "drop",
    (event) => {
      event.preventDefault();
      over(false);
      take([...(event.dataTransfer?.files ?? [])]);
    },
    { signal },
  );

  async function take(files) {
    if (!files.length) return;
    input.value = "";
    const lines = new Map(files.map((file) => [file, line(file)]));
    list.append(...[...lines.values()].map(({ element }) => element));
    let told;
    try {
      told = (await post("/api/uploads/check", { files: files.map(({ name, size }) => ({ name, size })) })).files;
    } catch (problem) {
      complain(problem);
      return;
    }
    let arrived = 0;
    for (const [at, file] of files.entries()) {
      const own = lines.get(file);
      if (told[at].error) own.wrong(told[at].error);
      else if (told[at].already) own.ready("is there already");
      else if (await send(file, told[at].name, own)) arrived += 1;
    }
    say(`${arrived} of ${files.length} files copied.`);
    done();
  }

  return zone;
}

function line(file) {
  const bar = h("progress", { max: 1, value: 0, "aria-label": file.name });
  const note = h("span", { class: "muted small" }, bytes(file.size));
  const element = h("li", {}, h("span", { class: "grow" }, file.name), bar, note);
  const end = (kind, text, name) => fill(element, icon(name), h("span", { class: "grow" }, file.name), h("span", { class: `small ${kind}` }, text));
  return { element, bar, note, ready: (text) => end("muted", text, "check"), wrong: (text) => end("wrong-words", text, "warn") };
}

/** `fetch` does not tell how much is sent. */
function send(file, name, own) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/uploads?${new URLSearchParams({ name })}`);
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      own.bar.value = total ? loaded / total : 0;
      own.note.textContent = loaded === total ? "looking at it …" : `${bytes(loaded)} of ${bytes(total)}`;
    });
    request.addEventListener("load", () => {
      const told = request.response ?? {};
      if (request.status !== 200) own.wrong(`${told.error ?? "It could not be copied."} ${told.remedy ?? ""}`);
      else if (told.trouble) own.wrong(told.trouble);
      else own.ready(told.duration_ms ? clock(told.duration_ms) : "taken in");
      resolve(request.status === 200 && !told.trouble);
    });
    request.addEventListener("error", () => (own.wrong("It could not be copied."), document.dispatchEvent(new CustomEvent("stopped")), resolve(false)));
    request.send(file);
  });
}
