// The requirement matrix: folding, filtering, moving about with the arrow keys. The cells are in the page already.
const table = {
  element: document.getElementById("requirements"),
  form: document.getElementById("filters"),
  sections: [],
  rows: [],
  columns: document.head.appendChild(document.createElement("style")),

  start() {
    this.rows = [...this.element.querySelectorAll("tr.q")].map((row, index) => ({
      row, index, cells: [...row.cells].slice(1),
      verdicts: subjects.map((_, subject) => verdictOf(checksOf(index, subject))),
      answers: subjects.map((_, subject) => behavioursOf(checksOf(index, subject)).join("\n")),
      text: `${row.textContent} ${rules[index].summary} ${rules[index].source}`.toLowerCase(),
    }));
    this.sections = [...this.element.querySelectorAll("tbody.section")].map((body) => ({
      body, name: body.dataset.name, button: body.querySelector("button"),
      rows: this.rows.filter(({ row }) => row.parentNode === body),
    }));
    for (const section of this.sections) section.button.addEventListener("click", () => this.fold(section));
    this.form.addEventListener("input", () => this.filter());
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("reset", (event) => { event.preventDefault(); this.clear(); });
    document.getElementById("unfold").addEventListener("click", () => this.unfold());
    this.element.setAttribute("role", "grid");
    this.element.addEventListener("click", (event) => this.open(event.target.closest("tr.q > td")));
    this.element.addEventListener("keydown", (event) => this.press(event));
    this.focusable(this.rows[0]?.cells[0]);
  },

  filter() {
    const chosen = new FormData(this.form);
    const columns = chosen.getAll("s");
    address.write({
      q: chosen.get("q").trim(), v: chosen.getAll("v"), l: chosen.getAll("l"), d: chosen.get("d"),
      s: columns.length === subjects.length ? [] : columns.length ? columns : ["none"],
    });
  },

  clear() {
    address.write({ q: null, v: null, l: null, d: null, s: null });
  },

  // Sections named in the fragment are open; while a filter is on, all that hold a match are, save those named in "shut".
  fold(section) {
    const state = address.read();
    const name = this.narrowed(state) ? "shut" : "open";
    const named = state.getAll(name);
    address.write({ [name]: named.includes(section.name) ? named.filter((n) => n !== section.name) : [...named, section.name] });
  },

  unfold() {
    const all = this.sections.every(({ button }) => button.getAttribute("aria-expanded") === "true");
    address.write({ open: all ? [] : this.sections.map(({ name }) => name), shut: [] });
  },

  narrowed: (state) => ["q", "v", "l", "d"].some((name) => state.has(name)),

  render(state) {
    const shown = subjects.map((_, index) => !state.has("s") || state.getAll("s").includes(String(index)));
    this.columns.textContent = shown.map((yes, index) => (yes ? "" :
      `:is(#requirements, #capabilities) tr > :nth-child(${index + 2}):not([colspan]) { display: none }`)).join("\n");
    for (const frame of document.querySelectorAll(".frame")) frame.style.setProperty("--columns", shown.filter(Boolean).length);
    this.fill(state, shown);
    const target = state.get("row");
    let matches = 0;
    for (const section of this.sections) {
      let inside = 0;
      for (const row of section.rows) {
        const match = this.matches(row, state, shown);
        row.row.hidden = !match;
        inside += match;
      }
      const named = state.getAll(this.narrowed(state) ? "shut" : "open").includes(section.name);
      const open = this.narrowed(state) !== named || section.rows.some(({ row }) => row.id === target);
      section.body.hidden = inside === 0;
      section.body.classList.toggle("open", open);
      section.button.setAttribute("aria-expanded", String(open));
      matches += inside;
    }
    this.form.elements.shown.value = this.narrowed(state)
      ? `${matches} of ${this.rows.length} requirements` : `${this.rows.length} requirements`;
    const every = this.sections.every(({ button }) => button.getAttribute("aria-expanded") === "true");
    document.getElementById("unfold").textContent = every ? "Fold all" : "Unfold all";
    if (target) document.getElementById(target)?.scrollIntoView({ block: "center" });
  },

  fill(state, shown) {
    for (const input of this.form.elements) {
      if (input.name === "q" && document.activeElement !== input) input.value = state.get("q") ?? "";
      else if (input.name === "s") input.checked = shown[Number(input.value)];
      else if (input.type === "checkbox") input.checked = state.getAll(input.name).includes(input.value);
    }
  },

  matches(row, state, shown) {
    const visible = row.verdicts.filter((_, index) => shown[index]);
    const wanted = state.getAll("v");
    const levels = state.getAll("l");
    const words = (state.get("q") ?? "").toLowerCase().split(/\s+/);
    return (!wanted.length || visible.some((letter) => wanted.includes(wordOf(letter))))
      && (!levels.length || levels.includes(rules[row.index].level.replace(" NOT", "")))
      && (!state.has("d") || this.differs(row, shown))
      && words.every((word) => row.text.includes(word));
  },

  differs(row, shown) {
    const answers = row.verdicts.map((letter, i) => `${letter}${row.answers[i]}`)
      .filter((answer, i) => shown[i] && row.verdicts[i] !== "x");
    return new Set(answers).size > 1;
  },

  place(cell) {
    const row = this.rows.find(({ row: element }) => element === cell.parentNode);
    return { row, column: row.cells.indexOf(cell) };
  },

  open(cell) {
    if (!cell) return;
    const { row, column } = this.place(cell);
    this.focusable(cell);
    address.write({ at: rules[row.index].id, on: subjects[column].label, cap: null }, { push: true });
  },

  // One cell can be reached by Tab; the arrow keys move from it.
  focusable(cell) {
    this.element.querySelector("td[tabindex]")?.removeAttribute("tabindex");
    cell?.setAttribute("tabindex", "0");
  },

  press(event) {
    const cell = event.target.closest("tr.q > td");
    if (!cell) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.open(cell);
      return;
    }
    const { row, column } = this.place(cell);
    const seen = (element) => element.offsetParent !== null;
    const rows = this.rows.filter((other) => seen(other.row));
    const columns = row.cells.map((_, index) => index).filter((index) => seen(row.cells[index]));
    const near = (list, now, step) => list[list.indexOf(now) + step];
    const [toRow, toColumn] = {
      ArrowUp: [near(rows, row, -1), column], ArrowDown: [near(rows, row, 1), column],
      ArrowLeft: [row, near(columns, column, -1)], ArrowRight: [row, near(columns, column, 1)],
      Home: [row, columns[0]], End: [row, columns.at(-1)],
    }[event.key] ?? [];
    const next = toRow?.cells[toColumn];
    if (!next) return;
    event.preventDefault();
    this.focusable(next);
    next.focus();
  },

  // The rules now shown, in order: what "next" in the panel walks through.
  listed() {
    return this.rows.filter(({ row }) => !row.hidden).map(({ index }) => rules[index]);
  },
};
