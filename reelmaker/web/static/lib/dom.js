// Elements. What customers say or write becomes text, never markup: there is no other way in here.

const OWN_ADDRESS = /^(#|\/(?!\/))/;

/** An element: properties (`class`, `onclick`, `aria-…`, `dataset`), then children: elements, texts, lists, nothing. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) set(element, name, value);
  fill(element, children);
  return element;
}

function set(element, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (name === "class") element.className = value;
  else if (name === "dataset") Object.assign(element.dataset, value);
  else if (name === "style") for (const [key, part] of Object.entries(value)) element.style.setProperty(key, part);
  else if (["value", "checked", "disabled", "indeterminate", "muted"].includes(name)) element[name] = value;
  else if ((name === "href" || name === "src") && !OWN_ADDRESS.test(value)) throw new Error(`not our address: ${name}`);
  else element.setAttribute(name, value === true ? "" : value);
}

/** Put children into an element, in place of what is there. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const SHAPES = {
  play: "M7 5v14l12-7z",
  stop: "M6 5h4v14H6zM14 5h4v14h-4z",
  keep: "M5 12.500l4.500 4.500L19 7.500",
  drop: "M6 6l12 12M18 6L6 18",
  hide: "M3 3l18 18M10.600 10.700a2 2 0 0 0 2.800 2.800M7 7.300C4.600 8.700 3 12 3 12s3.500 6 9 6c1.700 0 3.200-.6 4.500-1.400M12 6c5.500 0 9 6 9 6s-.7 1.300-2 2.700",
  undo: "M9 5L4 10l5 5M4 10h10a5 5 0 0 1 0 10h-2",
  up: "M12 19V5M6 11l6-6 6 6",
  down: "M12 5v14M6 13l6 6 6-6",
  film: "M4 5h16v14H4zM8 5v14M16 5v14M4 9.500h4M4 14.500h4M16 9.500h4M16 14.500h4",
  page: "M14 4h6v6M20 4l-9 9M10 5H5v14h14v-5",
  slides: "M4 5h16v11H4zM12 16v4M8 20h8",
  warn: "M12 4l9 16H3zM12 10v4M12 17v.5",
  list: "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
  home: "M4 11l8-7 8 7v9h-5v-6H9v6H4z",
  more: "M12 5v14M5 12h14",
  upload: "M12 16V4M7 9l5-5 5 5M4 16v4h16v-4",
  check: "M5 12.500l4.500 4.500L19 7.500",
  people: "M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM2.500 20c.5-4 3-6 6.500-6s6 2 6.500 6M16 4.500a3.500 3.500 0 0 1 0 6.500M18 14.500c2 .8 3.200 2.700 3.500 5.500",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3.500 2",
  idea: "M9 18h6M10 21h4M12 3a6 6 0 0 0-3.500 10.900c.6.5 1 1.300 1 2.100h5c0-.8.4-1.600 1-2.100A6 6 0 0 0 12 3z",
  words: "M4 6h16M4 12h10M4 18h7M16 16l2 2 4-4",
  key: "M3 7h18v10H3zM7 11h.01M11 11h.01M15 11h.01M8 14h8",
  back: "M15 5l-7 7 7 7",
  wave: "M4 10v4M8 7v10M12 4v16M16 8v8M20 10v4",
};

/** A small picture that says nothing by itself: a text stands beside it. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", class: `icon icon-${name}`, "aria-hidden": "true" })) svg.setAttribute(key, value);
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}
