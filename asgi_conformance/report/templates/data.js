"use strict";
// The run as `data.py` has packed it: arrays that refer to each other by index.
const page = JSON.parse(document.getElementById("data").textContent);

const subjects = page.subjects.map(([label, version, kind, command], index) => ({ index, label, version, kind, command }));
const rules = page.rules.map(([id, title, summary, source, url, since, level], index) =>
  ({ index, id, title, summary, source, url, since, level }));
const cases = page.cases.map(([id, title, note, lines, glob], index) =>
  ({ index, id, title, note, lines: lines.map((line) => page.texts[line]), glob: glob ?? `'${id}'` }));
const capabilities = page.capabilities.map(([id, title, rests, abilities]) => ({ id, title, rests, abilities }));
const order = Object.keys(page.verdicts); // worst first, as the report lists them

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

// One exchange: {line, marked, duration, moments: [{at, who, act, text}]}, times in hundredths of a millisecond.
function exchangeOf(caseIndex, subject) {
  const packed = page.exchanges[subject]?.[caseIndex];
  if (!packed) return null;
  const [shape, line, marked, duration, ...times] = packed;
  let at = 0;
  const moments = times.map((time, i) => {
    at += time;
    const [who, act, text] = page.moments[page.shapes[shape][i]];
    return { at, who: page.texts[who], act: page.texts[act], text: page.texts[text] };
  });
  return { line, marked, duration, moments };
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
