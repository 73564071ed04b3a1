// What lies behind a cell. One dialog, drawn anew from the fragment each time.
const panel = {
  element: document.getElementById("panel"),
  status: make("p", { role: "status", class: "unseen" }),
  ready: false,
  now: null, // {rule, subject} of the cell that is shown

  start() {
    this.ready = true;
    this.element.addEventListener("cancel", (event) => { event.preventDefault(); this.close(); });
    this.element.addEventListener("click", (event) => { if (event.target === this.element) this.close(); });
    this.element.addEventListener("keydown", (event) => this.press(event));
    document.querySelectorAll("#capabilities td > a").forEach((link) => link.addEventListener("click", (event) => {
      event.preventDefault();
      const id = link.hash.slice("#rests-".length);
      const on = subjects[link.parentNode.cellIndex - 1].label;
      address.write({ cap: decodeURIComponent(id), on, at: null }, { push: true });
    }));
  },

  close() {
    address.write({ at: null, cap: null, on: null });
  },

  render(state) {
    // Without a name the first is meant; under a name that nobody has, nobody else's cell is shown.
    const subject = state.has("on") ? subjects.find(({ label }) => label === state.get("on")) : subjects[0];
    const rule = ruleOf.get(state.get("at"));
    const capability = capabilities.find(({ id }) => id === state.get("cap"));
    if (!subject || !(rule || capability)) {
      this.hide();
      return;
    }
    this.now = rule ? { rule, subject } : null;
    this.show(rule ? this.cell(rule, subject) : this.capability(capability, subject));
  },

  hide() {
    if (!this.element.open) return;
    this.element.close(); // what had the focus before has it again
    this.element.replaceChildren();
    if (this.now) table.focus(this.now.rule.index, this.now.subject.index);
    this.now = null;
  },

  show(parts) {
    const focused = this.element.contains(document.activeElement) ? document.activeElement.id : "";
    this.element.replaceChildren(this.status, ...parts.filter(Boolean));
    if (!this.element.open) this.element.showModal();
    this.element.scrollTop = 0;
    const wanted = document.getElementById(focused);
    (wanted && !wanted.disabled ? wanted : this.element.querySelector("#close")).focus();
    this.say(this.element.querySelector(".sentence")?.textContent ?? "");
  },

  // To those who listen instead of looking.
  say(text) {
    this.status.textContent = text;
  },

  head(title, verdict, subject, steps = []) {
    return make("header", {},
      make("div", { class: "bar" },
        make("span", { class: `verdict ${verdict[0]}` }, verdict[1]),
        make("b", {}, subject.label), make("span", { class: "version" }, subject.version),
        make("span", { class: "steps" }, ...steps,
          make("button", { type: "button", id: "close", class: "quiet", "aria-label": "Close (Esc)", title: "Close (Esc)", onclick: () => this.close() }, "×"))),
      make("h2", { id: "panel-title" }, title));
  },

  cell(rule, subject) {
    const checks = checksOf(rule.index, subject.index);
    const verdict = verdictOf(checks);
    return [
      this.head(rule.title, [verdict, wordOf(verdict)], subject, this.steps()),
      story.sentence(rule, subject, checks),
      ...story.notes(checks),
      story.change(rule, subject),
      this.rule(rule),
      ...this.stories(this.byCase(checks), subject),
      ...story.others(rule, subject),
    ];
  },

  // The worst is unfolded. Many that passed are behind one line, so that what comes after them is not far away.
  stories([first, ...others], subject) {
    if (!first) return [];
    const told = (group) => story.told(group, subject, group === first);
    const passed = others.filter((group) => verdictOf(group) === "p");
    if (passed.length < 4) return [first, ...others].map(told);
    return [...[first, ...others.filter((group) => !passed.includes(group))].map(told),
      make("details", { class: "more" }, make("summary", {}, `${passed.length} more cases passed`), ...passed.map(told))];
  },

  // Each way to another cell: id, key, sign, words, and the rules it goes through.
  ways: [
    ["previous", "p", "‹", "Previous requirement (p)", -1, () => true],
    ["next", "n", "›", "Next requirement (n)", 1, () => true],
    ["previous-differing", "P", "‹≠", "Previous that differs between subjects (P)", -1, (rule) => differs(rule)],
    ["next-differing", "N", "≠›", "Next that differs between subjects (N)", 1, (rule) => differs(rule)],
  ],

  steps() {
    const shown = subjects.length > 1 ? this.ways : this.ways.slice(0, 2);
    return shown.map(([id, , sign, label, step, wanted]) => make("button", {
      type: "button", id, class: "quiet", "aria-label": label, title: label, disabled: !this.near(step, wanted), onclick: () => this.go(step, wanted),
    }, sign));
  },

  // The next rule in that direction among those the table shows, from the one shown now.
  near(step, wanted) {
    const listed = table.listed();
    const here = listed.indexOf(this.now.rule.id);
    if (here < 0) return null;
    const ids = step > 0 ? listed.slice(here + 1) : listed.slice(0, here).toReversed();
    return ids.map((id) => ruleOf.get(id)).find(wanted) ?? null;
  },

  go(step, wanted) {
    const rule = this.near(step, wanted);
    if (rule) address.write({ at: rule.id, on: this.now.subject.label });
  },

  press(event) {
    const way = this.ways.find(([, key]) => key === event.key);
    if (!way || !this.now || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.go(way[4], way[5]);
  },

  rule(rule) {
    const safe = /^https?:\/\//.test(rule.url);
    const source = rule.source || rule.url;
    return make("section", { class: "rule" },
      rule.summary ? make("p", {}, rule.summary) : null,
      make("p", { class: "facts" },
        rule.level ? make("b", {}, rule.level) : null, make("code", {}, rule.id),
        rule.since ? make("span", {}, `since ${rule.since}`) : null,
        safe ? make("a", { href: rule.url, target: "_blank", rel: "noopener noreferrer" }, source || "specification", " ↗") : make("span", {}, source)));
  },

  // The checks of each case together, worst first.
  byCase(checks) {
    const groups = [...Map.groupBy(checks, (check) => check.case).values()];
    return groups.sort((one, other) => rankOf(verdictOf(one)) - rankOf(verdictOf(other)) || one[0].case - other[0].case);
  },

  capability(capability, subject) {
    const [mark, words] = capability.abilities[subject.index];
    const asked = capability.rests.map((index) => ({ rule: rules[index], verdict: verdictOf(checksOf(index, subject.index)) }));
    const list = (those) => make("ul", { class: "others" }, ...those.map(({ rule, verdict }) =>
      make("li", {}, make("span", { class: `verdict ${verdict}` }, wordOf(verdict)),
        make("a", { href: address.link({ at: rule.id, on: subject.label }) }, rule.title), make("code", {}, rule.id))));
    const { true: told = [], false: silent = [] } = Object.groupBy(asked, ({ verdict }) => verdict !== "x");
    told.sort((one, other) => rankOf(one.verdict) - rankOf(other.verdict));
    return [
      this.head(capability.title, [mark, page.abilities[mark]], subject),
      words ? make("p", { class: "sentence" }, make("b", {}, subject.label), ": ", words) : null,
      make("section", {}, make("h3", {}, "Rests on"), list(told),
        silent.length ? make("details", { class: "silent" }, make("summary", {}, `${silent.length} not asked`), list(silent)) : null),
    ];
  },
};

// Whether two subjects that were asked did not do the same.
function differs(rule) {
  const answers = subjects.map(({ index }) => answerOf(rule.index, index)).filter(([letter]) => letter !== "x");
  return new Set(answers).size > 1;
}
