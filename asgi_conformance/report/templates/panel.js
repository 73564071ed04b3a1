// What lies behind a cell. One dialog, drawn anew from the fragment each time.
const panel = {
  element: document.getElementById("panel"),
  shown: "",

  start() {
    this.element.addEventListener("cancel", (event) => { event.preventDefault(); this.close(); });
    this.element.addEventListener("click", (event) => { if (event.target === this.element) this.close(); });
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
    const subject = subjects.find(({ label }) => label === state.get("on")) ?? subjects[0];
    const rule = rules.find(({ id }) => id === state.get("at"));
    const capability = capabilities.find(({ id }) => id === state.get("cap"));
    if (!subject || !(rule || capability)) {
      this.hide();
      return;
    }
    this.show(rule ? this.cell(rule, subject) : this.capability(capability, subject));
  },

  hide() {
    if (!this.element.open) return;
    this.element.close();
    this.element.replaceChildren();
    table.element.querySelector("td[tabindex]")?.focus({ preventScroll: true });
  },

  show(parts) {
    const focused = this.element.contains(document.activeElement) ? document.activeElement.id : "";
    this.element.replaceChildren(...parts.filter(Boolean));
    if (!this.element.open) this.element.showModal();
    this.element.scrollTop = 0;
    (document.getElementById(focused) ?? this.element.querySelector("#close")).focus();
  },

  head(title, verdict, subject, steps = []) {
    return make("header", {},
      make("div", { class: "bar" },
        make("span", { class: `verdict ${verdict[0]}` }, verdict[1]),
        make("b", {}, subject.label), make("span", { class: "version" }, subject.version),
        make("span", { class: "steps" }, ...steps,
          make("button", { type: "button", id: "close", class: "quiet", "aria-label": "Close", onclick: () => this.close() }, "×"))),
      make("h2", { id: "panel-title" }, title));
  },

  step(id, sign, label, rule, subject) {
    const go = () => address.write({ at: rule.id, on: subject.label });
    return make("button", { type: "button", id, class: "quiet", "aria-label": label, title: label, disabled: !rule, onclick: go }, sign);
  },

  cell(rule, subject) {
    const checks = checksOf(rule.index, subject.index);
    const verdict = verdictOf(checks);
    const listed = table.listed();
    const now = listed.indexOf(rule);
    const steps = now < 0 ? [] : [
      this.step("previous", "‹", "Previous requirement", listed[now - 1], subject),
      this.step("next", "›", "Next requirement", listed[now + 1], subject),
    ];
    return [
      this.head(rule.title, [verdict, wordOf(verdict)], subject, steps),
      this.rule(rule),
      checks.length ? null : make("p", {}, "No case of this run asked it."),
      ...this.byCase(checks).map((group, index) => this.story(group, rule, subject, index === 0)),
      this.others(rule, subject),
    ];
  },

  rule(rule) {
    const safe = /^https?:\/\//.test(rule.url);
    const source = rule.source || rule.url;
    return make("section", { class: "rule" },
      make("p", { class: "facts" },
        make("code", {}, rule.id), rule.level ? make("b", {}, rule.level) : null,
        rule.since ? make("span", {}, `since ${rule.since}`) : null,
        safe ? make("a", { href: rule.url, target: "_blank", rel: "noopener noreferrer" }, source || "specification", " ↗") : make("span", {}, source)),
      rule.summary ? make("p", {}, rule.summary) : null);
  },

  // The checks of each case together, worst first.
  byCase(checks) {
    const groups = Object.values(Object.groupBy(checks, (check) => check.case));
    return groups.sort((one, other) => rankOf(verdictOf(one)) - rankOf(verdictOf(other)) || one[0].case - other[0].case);
  },

  // One case: what was expected and came, the script beside the exchange. What passed is folded if something did not.
  story(checks, rule, subject, open) {
    const script = cases[checks[0].case];
    const exchange = exchangeOf(script.index, subject.index);
    const verdict = verdictOf(checks);
    return make("details", { class: "check", open },
      make("summary", {}, make("span", { class: `verdict ${verdict}` }, wordOf(verdict)),
        make("b", {}, script.title), make("code", {}, script.id)),
      script.note ? make("p", { class: "note" }, script.note) : null,
      ...checks.toSorted((one, other) => rankOf(one.v) - rankOf(other.v) || one.line - other.line).map((check) => this.finding(check)),
      make("div", { class: "beside" },
        script.lines.length ? make("div", {}, make("h4", {}, "Script"), dialogue.script(script.lines, exchange?.line ?? -1)) : null,
        exchange?.moments.length
          ? make("div", {}, make("h4", {}, "What happened", make("small", {}, milliseconds(exchange.duration))), dialogue.drawing(exchange, subject))
          : null),
      this.command(`${subject.command} --asgi-case=${script.glob}`));
  },

  // What one line was to settle.
  finding(check) {
    const nothing = check.expected && check.v === "f" ? "nothing" : "";
    const facts = [["Expected", check.expected, "expected"], ["Observed", check.observed || nothing, "observed"]];
    const words = [["how", check.how], ["behaviour", check.behaviour], ["known", check.baseline === "" ? "in the baseline" : check.baseline]];
    return make("div", { class: `finding ${check.v}` },
      make("dl", { class: "facts-list" }, ...facts.filter(([, text]) => text).map(([name, text, kind]) =>
        make("div", { class: kind }, make("dt", {}, name), make("dd", {}, text)))),
      make("p", { class: "facts" }, check.line < 0 ? null : make("span", {}, `line ${check.line + 1}`),
        ...words.filter(([, text]) => text).map(([name, text]) => make("span", {}, `${name}: `, make("b", {}, text)))));
  },

  command(text) {
    const code = make("code", {}, text);
    const copy = () => {
      getSelection().selectAllChildren(code);
      document.execCommand("copy"); // works for a page opened from a file, where the clipboard API may not
    };
    return make("div", { class: "command" }, make("h4", {}, "Repeat it"), code,
      make("button", { type: "button", class: "quiet", onclick: copy }, "Copy"));
  },

  others(rule, subject) {
    if (subjects.length < 2 || !page.cells[rule.index]) return null;
    const items = subjects.map((other) => {
      const checks = checksOf(rule.index, other.index);
      const verdict = verdictOf(checks);
      const said = behavioursOf(checks).join(" / ") || (verdict === "p" ? "" : [...new Set(checks.map(({ how }) => how).filter(Boolean))].join(" / "));
      return make("li", {}, make("a", {
        href: address.link({ at: rule.id, on: other.label }), "aria-current": other === subject ? "true" : null,
      }, make("span", { class: `verdict ${verdict}` }, wordOf(verdict)), make("b", {}, other.label), said ? make("small", {}, said) : null));
    });
    return make("section", {}, make("h3", {}, "How others answered"), make("ul", { class: "others" }, ...items));
  },

  capability(capability, subject) {
    const [mark, words] = capability.abilities[subject.index];
    const asked = capability.rests.map((index) => ({ rule: rules[index], verdict: verdictOf(checksOf(index, subject.index)) }));
    const items = asked.toSorted((one, other) => rankOf(one.verdict) - rankOf(other.verdict)).map(({ rule, verdict }) => {
      return make("li", {}, make("a", { href: address.link({ at: rule.id, on: subject.label }) },
        make("span", { class: `verdict ${verdict}` }, wordOf(verdict)), make("b", {}, rule.title), make("code", {}, rule.id)));
    });
    return [
      this.head(capability.title, [mark, page.abilities[mark]], subject),
      words ? make("p", { class: "words" }, words) : null,
      make("section", {}, make("h3", {}, "Rests on"), make("ul", { class: "others rests-on" }, ...items)),
    ];
  },
};

document.getElementById("theme").addEventListener("click", () => theme.next());
theme.show(theme.read());
table.start();
panel.start();
addEventListener("popstate", render);
addEventListener("hashchange", render);
render();
