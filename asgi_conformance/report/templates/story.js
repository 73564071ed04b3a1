// What is told of one rule on one subject: a sentence, and case by case what was asked, what came, and how to see it again.
const story = {
  sentence(rule, subject, checks) {
    const letter = verdictOf(checks);
    const level = rule.level || "rule";
    const way = answerOf(rule.index, subject.index).slice(1);
    const count = this.count(checks, letter);
    const said = {
      f: () => this.broken(checks, letter, level, count), w: () => this.broken(checks, letter, level, count),
      p: () => [` keeps this ${level}${count}`, ...this.because(way)],
      e: () => [": the suite or its environment failed, which says nothing of the subject", ...this.because(way)],
      b: () => [": could not be asked, for an earlier step of the exchange failed."],
      u: () => [" does not offer this, and need not", ...this.because(way)],
      n: () => [": planned, but not performed", ...this.because(way)],
      o: () => [": the text is ambiguous here. Recorded, not scored", ...this.because(way)],
      i: () => [": recorded, not scored", ...this.because(way)],
      x: () => [": no case of this run asked it."],
    }[letter];
    return make("p", { class: "sentence" }, make("b", {}, `${subject.label} ${subject.version}`.trim()), ...said());
  },

  // Of several cases, in how many it came to that.
  count(checks, letter) {
    const all = new Set(checks.map((check) => check.case)).size;
    const those = new Set(checks.filter(({ v }) => v === letter).map((check) => check.case)).size;
    return all === 1 ? "" : those === all ? (all === 2 ? ", in both cases" : `, in all ${all} cases`) : `, in ${those} of ${all} cases`;
  },

  because: (way) => (way ? [": ", make("q", {}, way), "."] : ["."]),

  broken(checks, letter, level, count) {
    const { expected, observed, behaviour, how } = checks.find(({ v }) => v === letter);
    const [one, other] = compared(expected, observed);
    const came = behaviour || other[1] || brief(observed) || (expected ? "nothing" : how);
    const asked = one[1] || brief(expected.split(" or ")[0]);
    const spoken = /^(\d|response|text|binary|close frame)/.test(came) ? " answers " : ": ";
    return [spoken, make("q", {}, came), ...(asked ? [" where the rule asks for ", make("q", {}, asked)] : []),
      `: ${level} broken`, how && !came.includes(how) ? ` (${how})` : "", `${count}.`];
  },

  change(rule, subject) {
    const change = changeOf(rule.index, subject.index);
    if (!change) return null;
    const view = (seen) => (seen
      ? make("span", {}, make("span", { class: `verdict ${seen.v}` }, wordOf(seen.v)), " ", seen.words) : make("span", {}, "not asked"));
    return make("p", { class: "change" }, `Since the run of ${page.since}: `, make("b", {}, change.kind), " · ",
      view(change.before), " → ", view(change.after));
  },

  // Once each, whatever the number of checks that it stands beside.
  notes(checks) {
    const notes = new Set(checks.map(({ baseline }) => baseline).filter((note) => note !== null));
    return [...notes].map((note) => make("p", { class: "known" }, make("b", {}, "Maintainers’ note: "), ...linked(note || "known")));
  },

  // One case. What passed is folded if something did not.
  told(checks, subject, open) {
    const script = cases[checks[0].case];
    const verdict = verdictOf(checks);
    const details = make("details", { class: "check", open },
      make("summary", {}, make("span", { class: `verdict ${verdict}` }, wordOf(verdict)),
        make("b", {}, script.title), make("code", {}, script.id)));
    const fill = () => details.append(...this.whole(checks, subject, script).filter(Boolean));
    if (open) fill();
    else details.addEventListener("toggle", fill, { once: true }); // there may be a hundred of them
    return details;
  },

  whole(checks, subject, script) {
    const exchange = exchangeOf(script.index, subject.index);
    const settled = new Map(checks.filter(({ line }) => line >= 0).toReversed().map(({ line, v }) => [line, v]));
    const ours = checks.some(({ line, v }) => line === exchange?.line && "efw".includes(v));
    const mark = ours ? "✗ first deviation" : "✗ first deviation, of another rule";
    const apart = checks.filter(({ v }) => v !== "p"); // beside these, what passed is seen in the script
    const told = (apart.length ? apart : checks).toSorted((one, other) => rankOf(one.v) - rankOf(other.v) || one.line - other.line);
    return [
      ...script.note.split(/\n\s*\n/).filter(Boolean).map((text) => make("p", { class: "note" }, text)),
      ...told.map((check) => this.finding(check)),
      make("div", { class: "beside" },
        script.lines.length ? make("div", {}, make("h4", {}, "Script"),
          dialogue.script(script.lines, exchange?.line ?? -1, settled, mark)) : null,
        exchange?.moments.length ? make("div", {},
          make("h4", {}, "What happened", make("small", {}, duration(exchange.duration))),
          dialogue.drawing(exchange, subject, script.lines, mark)) : null),
      this.command(`${subject.command} --asgi-case=${script.glob}`),
      this.kit(kitOf(script.index, subject.index)),
    ];
  },

  // What one line was to settle.
  finding(check) {
    const nothing = check.expected && check.v === "f" ? "nothing" : "";
    const observed = check.observed || nothing;
    const [one, other] = check.v === "p" ? [[check.expected], [observed]] : compared(check.expected, observed);
    const facts = [["Expected", one, "expected"], ["Observed", other, "observed"]].filter(([, parts]) => parts.join(""));
    const words = [["how", check.how], ["behaviour", check.behaviour]].filter(([, text]) => text);
    return make("div", { class: `finding ${check.v}` },
      make("dl", { class: "facts-list" }, ...facts.map(([name, [before, differing, after], kind]) =>
        make("div", { class: kind }, make("dt", {}, name),
          make("dd", {}, before, differing ? make("mark", { title: "first difference" }, differing) : null, after ?? null)))),
      make("p", { class: "facts" }, check.line < 0 ? null : make("span", {}, `line ${check.line + 1}`),
        ...words.map(([name, text]) => make("span", {}, `${name}: `, make("b", {}, text)))));
  },

  command(text) {
    return make("div", { class: "command" }, make("h4", {}, "Repeat it"), make("code", {}, text), this.button(text, "Copy command"));
  },

  kit(text) {
    if (text === null) return null;
    if (!text) return make("p", { class: "note" }, "Its stand-alone reproduction is too long for this page.");
    return make("div", { class: "command kit" }, make("details", {},
      make("summary", {}, "Stand-alone reproduction ", make("small", {}, `one file, ${text.split("\n").length} lines`)),
      make("pre", { tabindex: "0" }, text)), this.button(text, "Copy reproduction"));
  },

  button(text, label) {
    const button = make("button", { type: "button", class: "quiet copy", "aria-label": label, onclick: async () => {
      button.textContent = (await copied(text)) ? "Copied" : "Not copied";
      panel.say(button.textContent);
    } }, "Copy");
    return button;
  },

  // Subjects by what they did: who did as this one first, then worst first.
  others(rule, subject) {
    if (subjects.length < 2 || !page.cells[rule.index]) return [];
    const groups = Map.groupBy(subjects, (other) => answerOf(rule.index, other.index));
    const mine = answerOf(rule.index, subject.index);
    const alike = groups.get(mine).filter((other) => other !== subject);
    groups.delete(mine);
    const rank = ([answer]) => rankOf(answer[0]);
    const items = [...groups].toSorted((one, other) => rank(one) - rank(other)).map(([answer, those]) =>
      make("li", {}, make("span", { class: `verdict ${answer[0]}` }, wordOf(answer[0])), make("span", {}, answer.slice(1)), this.links(rule, those)));
    return [
      make("section", { class: "alike" }, make("h3", {}, "Who else behaves so"),
        alike.length ? this.links(rule, alike) : make("p", {}, "Nobody else in this run.")),
      items.length ? make("section", {}, make("h3", {}, "How the others did"), make("ul", { class: "others" }, ...items)) : null,
    ];
  },

  links: (rule, those) => make("span", { class: "links" }, ...those.map((other) =>
    make("a", { href: address.link({ at: rule.id, on: other.label }) }, other.label))),
};

// The letter of the verdict, then the words beside it: the same for subjects that did the same.
function answerOf(rule, subject) {
  const checks = checksOf(rule, subject);
  const letter = verdictOf(checks);
  const ways = [...new Set(checks.filter(({ v }) => v === letter).map(({ behaviour, how }) => behaviour || (letter === "p" ? "" : how)))];
  return letter + ways.filter(Boolean).join(" / ");
}

// Both texts in three parts where they differ first, if what differs is a value in the same place; whole if it is not.
function compared(expected, observed) {
  const [one, other] = [expected, observed].map(values);
  const at = one.findIndex(([word], index) => word !== other[index]?.[0]);
  const comparable = at > 0 && other[at] && [one, other].every((words) => /^(\d|b?['"])/.test(words[at][0]));
  if (!comparable) return [[expected], [observed]];
  const split = (text, [word, from]) => [text.slice(0, from), word, text.slice(from + word.length)];
  return [split(expected, one[at]), split(observed, other[at])];
}

// [word, where] of literals and words, without those that only join others.
function values(text) {
  const found = [...text.matchAll(/b?'(?:[^'\\]|\\.)*'|b?"(?:[^"\\]|\\.)*"|[\w.-]+|[^\s\w]/g)];
  return found.map((match) => [match[0], match.index]).filter(([word]) => !/^(,|with|and|complete|got)$/.test(word));
}

// As much as a sentence bears.
function brief(text) {
  const told = text.replace(/^b'', then /, ""); // no bytes
  const first = told.length > 60 ? told.split(/, (?:complete|headers|then)\b/)[0] : told;
  return first.length > 90 ? `${first.slice(0, 88)}…` : first;
}

// Addresses in a foreign text as links: http and https, nothing else.
function linked(text) {
  return text.split(/(https?:\/\/[^\s<>"'\\`]*[^\s<>"'\\`.,;:!?)\]])/).map((part, index) =>
    (index % 2 ? make("a", { href: part, target: "_blank", rel: "noopener noreferrer" }, part) : part));
}

// Whether it is on the clipboard now.
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch { // not allowed, or not there: the older way, which copies what is selected
    const area = panel.element.appendChild(make("textarea", { class: "unseen" }));
    const focused = document.activeElement;
    area.value = text;
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    focused?.focus();
    return done;
  }
}
