"use strict";
// Asks for the state every second, and shows what has changed. All texts come from the
// members, so they are set as text and never as HTML.

const at = (id) => document.getElementById(id);
const kept = 2000;
let next = 0;
let lines = [];
let tracesShown = "";

function element(name, text, ...classes) {
  const e = document.createElement(name);
  if (text !== undefined) e.textContent = text;
  e.classList.add(...classes.filter(Boolean));
  return e;
}

function link(text, href) {
  const a = element("a", text);
  a.href = href;
  a.target = "_blank";
  a.rel = "noreferrer";
  return a;
}

function showMembers(members) {
  at("members").replaceChildren(...members.map((m) => {
    const row = element("tr");
    const state = element("td", m.state, m.state);
    if (m.reason) state.append(element("span", m.reason, "reason"));
    const links = element("td");
    if (m.page) links.append(link(m.kind === "frontend" ? "open" : "docs", m.page), " ");
    if (m.metrics) links.append(link("metrics", m.metrics));
    row.append(element("td", m.name), element("td", m.kind), state,
      element("td", m.starts || ""), element("td", m.grpc), links);
    return row;
  }));
  const choice = at("of");
  const names = ["spacegen", ...members.map((m) => m.name)];
  if (choice.options.length !== names.length + 1) {
    choice.append(...names.map((n) => element("option", n)));
  }
  const own = members.filter((m) => m.kind !== "plugin");
  const ready = own.filter((m) => m.state === "ready").length;
  at("summary").textContent = `${ready} of ${own.length} members are ready`;
}

// level is that of a line: as members write it in text, or in JSON.
function level(text) {
  const found = /\blevel=(\w+)|"level":"(\w+)"/.exec(text);
  return found ? (found[1] || found[2]).toLowerCase() : "";
}

function showLines() {
  const of = at("of").value, contains = at("contains").value, errors = at("errors").checked;
  const shown = lines.filter((l) => (!of || l.member === of) && (!contains || l.text.includes(contains)) &&
    (!errors || ["warn", "error"].includes(level(l.text))));
  const box = at("lines");
  box.replaceChildren(...shown.flatMap((l) => [
    element("span", l.member.padEnd(16) + " ", "member"), element("span", l.text + "\n", level(l.text)),
  ]));
  if (at("follow").checked) box.scrollTop = box.scrollHeight;
}

const took = (ms) => ms < 1 ? `${Math.round(ms * 1000)} µs` : ms < 1000 ? `${ms.toFixed(1)} ms` : `${(ms / 1000).toFixed(2)} s`;

// depths tells how far below the first span each lies.
function depths(spans) {
  const byID = new Map(spans.map((s) => [s.id, s]));
  const depth = (s, seen = 0) => byID.has(s.parent) && seen < 50 ? 1 + depth(byID.get(s.parent), seen + 1) : 0;
  return new Map(spans.map((s) => [s.id, depth(s)]));
}

// bar shows when a span was, within its trace.
function bar(from, long, whole) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  rect.setAttribute("x", `${(100 * from) / whole}%`);
  rect.setAttribute("width", `${Math.max((100 * long) / whole, 0.5)}%`);
  rect.setAttribute("height", "100%");
  svg.append(rect);
  const track = element("div", undefined, "track");
  track.append(svg);
  return track;
}

function showTrace(t, open) {
  const first = t.spans[0];
  const about = t.spans.find((s) => s.inside) || first; // "Region.list" says more than "POST /"
  const end = Math.max(...t.spans.map((s) => s.start + s.took));
  const whole = Math.max(end - first.start, 0.001);
  const failed = t.spans.some((s) => s.failed);
  const box = element("details", undefined, failed && "failed");
  box.dataset.id = t.id;
  box.open = open || location.hash === `#${t.id}`;
  const head = element("summary");
  head.append(element("span", new Date(first.start).toLocaleTimeString()),
    element("span", `${about.member}: ${about.name}`), element("span", `${t.spans.length + t.more} spans`), element("span", took(whole)));
  box.append(head);
  const deep = depths(t.spans);
  for (const s of t.spans) {
    const row = element("div", undefined, "span", s.failed && "failed");
    const name = element("span", "\u00a0".repeat(2 * deep.get(s.id)) + `${s.member}: ${s.name}`, "name");
    name.title = s.message ? `${s.name}: ${s.message}` : s.name;
    row.append(name, bar(s.start - first.start, s.took, whole), element("span", took(s.took)));
    box.append(row);
  }
  if (t.more) box.append(element("p", `and ${t.more} more`, "hint"));
  const button = element("button", "its lines of the log");
  button.addEventListener("click", () => { at("contains").value = t.id; showLines(); at("filter").scrollIntoView(); });
  box.append(button);
  return box;
}

function showTraces(traces) {
  const now = traces.map((t) => t.id + t.spans.length + t.more).join();
  if (now === tracesShown) return; // so that what is open or marked stays
  tracesShown = now;
  const open = new Set([...document.querySelectorAll("details[open]")].map((d) => d.dataset.id));
  at("traces").replaceChildren(...traces.map((t) => showTrace(t, open.has(t.id))));
  at("no-traces").hidden = traces.length > 0;
}

async function look() {
  try {
    const state = await (await fetch(`state.json?after=${next}`)).json();
    at("platform").textContent = document.title = state.platform;
    showMembers(state.members);
    showTraces(state.traces);
    if (state.lines.length > 0) {
      lines = [...lines, ...state.lines].slice(-kept);
      showLines();
    }
    next = state.next;
  } catch {
    at("summary").textContent = "spacegen run has ended";
  }
  setTimeout(look, 1000);
}

at("filter").addEventListener("input", showLines);
at("filter").addEventListener("submit", (e) => e.preventDefault());
look();
