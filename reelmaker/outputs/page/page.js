"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const reel = document.getElementById("reel");
  const links = Array.from(document.querySelectorAll("a[data-at]"));

  // A <track> would be refused where the page is opened from a disk, so the captions come from the page itself
  if (data.cues.length) {
    const track = reel.addTextTrack("captions", "Captions", data.language);
    for (const [start, end, text] of data.cues) {
      track.addCue(new VTTCue(start / 1000, end / 1000, text));
    }
    // Words that stand in the picture already are not shown twice; the captions' button still offers them
    track.mode = data.burned ? "disabled" : "showing";
  }

  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const show = () => reel.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });

  const jump = (at) => {
    reel.currentTime = at;
    show();
    reel.play().catch(() => {});
  };

  for (const link of links) {
    link.href = "#t=" + link.dataset.at; // an address that can be copied and sent
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      jump(Number(link.dataset.at));
    });
  }

  // A click anywhere on a quote plays it, unless words of it are being selected
  for (const quote of document.querySelectorAll(".quote")) {
    const link = quote.querySelector("a[data-at]");
    quote.addEventListener("click", (event) => {
      if (event.target.closest("a") || !getSelection().isCollapsed) return;
      jump(Number(link.dataset.at));
    });
  }

  const named = () => {
    const found = /^#t=(\d+(?:\.\d+)?)$/.exec(location.hash);
    if (!found) return;
    reel.currentTime = Number(found[1]);
    show();
  };
  addEventListener("hashchange", named);
  named();

  const mark = () => {
    const now = reel.currentTime;
    for (const link of links) {
      const here = now > 0 && now >= Number(link.dataset.from) && now < Number(link.dataset.to);
      if (here) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
  for (const event of ["timeupdate", "seeked", "ended"]) reel.addEventListener(event, mark);

  const gone = document.getElementById("gone");
  reel.addEventListener("error", () => { gone.hidden = false; });
  reel.addEventListener("loadedmetadata", () => { gone.hidden = true; });
  addEventListener("beforeprint", () => reel.pause());
})();
