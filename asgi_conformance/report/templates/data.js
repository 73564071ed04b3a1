"use strict";
// The run as `data.py` has packed it: arrays that refer to each other by index. Empty until `arrived` is fulfilled.
let page = {};
let subjects = [];
let rules = []; // those of the rows first, in their order
let ruleOf = new Map(); // by id
let cases = [];
let capabilities = [];
let order = []; // letters of the verdicts, worst first, as the report lists them

// Fulfilled once everything above is filled; rejected where the browser cannot unpack it.
const arrived = unpacked(document.getElementById("data").textContent).then((document) => {
  page = document;
  subjects = page.subjects.map(([label, version, kind, command], index) => ({ index, label, version, kind, command }));
  rules = page.rules.map(([id, title, summary, source, url, since, level], index) =>
    ({ index, id, title, summary, source, url, since, level }));
  ruleOf = new Map(rules.map((rule) => [rule.id, rule]));
  cases = page.cases.map(([id, title, note, lines, glob], index) =>
    ({ index, id, title, note: page.texts[note], lines: lines.map((line) => page.texts[line]), glob: glob ?? `'${id}'` }));
  capabilities = page.capabilities.map(([id, title, rests, abilities]) => ({ id, title, rests, abilities }));
  order = Object.keys(page.verdicts);
});

async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

function apologize() {
  document.querySelector("main").prepend(make("p", { class: "banner", role: "alert" },
    "This browser cannot unpack what lies behind the cells (it has no DecompressionStream). The tables are complete."));
}

// What was found about one rule on one subject: [{case, v, line, how, behaviour, expected, observed, baseline}]
function checksOf(rule, subject) {
  const packed = page.cells[rule]?.[subject] ?? [];
  const found = [];
  for (let i = 0; i < packed.length; i += 2) {
    const [v, line, how, behaviour, expected, observed, baseline] = page.checks[packed[i + 1]];
    const text = (index) => (index === undefined ? null : page.texts[index]);
    found.push({
      case: packed[i], v, line, how: text(how), behaviour: text(behaviour),
      expected: text(expected), observed: text(observed), baseline: text(baseline),
    });
  }
  return found;
}

// The letter of the worst verdict, "x" where nobody asked.
function verdictOf(checks) {
  return checks.length ? order.find((letter) => checks.some((check) => check.v === letter)) : "x";
}

const rankOf = (letter) => (letter === "x" ? order.length : order.indexOf(letter));
const wordOf = (letter) => page.verdicts[letter] ?? "not asked";
const behavioursOf = (checks) => [...new Set(checks.map((check) => check.behaviour).filter(Boolean))];

// One exchange: {line, marked, duration, moments: [{at, who, act, text, line, bytes, record}]}, times in hundredths of a
// millisecond; `bytes`: {data, missing}, `data` a character for each byte; `record`: what else was recorded, as text.
function exchangeOf(caseIndex, subject) {
  const packed = page.exchanges[subject]?.[caseIndex];
  if (!packed) return null;
  const [shape, line, marked, duration, ...times] = packed;
  let at = 0;
  const moments = times.map((time, i) => {
    at += time;
    const [who, act, text, of, more, missing] = page.moments[page.shapes[shape][i]];
    const wire = missing !== undefined;
    return {
      at, who: page.texts[who], act: page.texts[act], text: page.texts[text], line: of,
      bytes: wire ? { data: page.texts[more], missing } : null, record: wire ? null : page.texts[more] ?? null,
    };
  });
  return { line, marked, duration, moments };
}

// The stand-alone reproduction; "" where it is too long to stand in the page, null where there is none.
function kitOf(caseIndex, subject) {
  const series = page.kits[subject]?.[caseIndex];
  if (!series) return null;
  const lines = [];
  for (let i = 0; i < series.length; i += 2) lines.push(...page.code.slice(series[i], series[i] + series[i + 1]));
  return lines.join("\n");
}

// What has changed since the older run: {kind, before, after}, each of the two {v, words} or null; null: nothing.
function changeOf(rule, subject) {
  const packed = page.changes[rule]?.[subject];
  if (!packed) return null;
  const view = ([v, words]) => (v ? { v, words: page.texts[words] } : null);
  return { kind: packed[0], before: view(packed[1]), after: view(packed[2]) };
}

// An element with text and children; text is only ever set as text, so nothing a subject sent can become markup.
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") element.addEventListener("click", value);
    else if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}
