// The requirement matrix: folding, filtering, moving about with the arrow keys. All of it is in the page already, so
// that to show and to hide is to change attributes.
const table = {
  element: document.getElementById("requirements"),
  form: document.getElementById("filters"),
  beam: document.getElementById("beam"),
  sections: [],
  rows: [],

  start() {
    this.sections = [...this.element.querySelectorAll("tbody.section")].map((body) => {
      const button = body.querySelector("button");
      const list = body.nextElementSibling;
      const section = { body, list, button, name: body.dataset.name, count: button.querySelector("small"), rows: [] };
      section.rows = [...list.rows].map((row) => this.row(row, section));
      button.addEventListener("click", () => this.fold(section));
      return section;
    });
    this.rows = this.sections.flatMap(({ rows }) => rows);
    this.byElement = new Map(this.rows.map((row) => [row.row, row]));
    this.form.addEventListener("input", (event) => this.filter(event.target));
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("reset", (event) => { event.preventDefault(); this.clear(); });
    for (const link of document.querySelectorAll(".since a")) link.addEventListener("click", () => this.form.scrollIntoView());
    document.getElementById("unfold").addEventListener("click", () => this.unfold());
    this.element.setAttribute("role", "grid");
    this.element.addEventListener("click", (event) => this.open(event.target.closest("tr.q > td")));
    this.element.addEventListener("keydown", (event) => this.press(event));
    this.element.addEventListener("pointerover", (event) => this.shine(event.target.closest("td, th[data-c], th.g")));
    this.element.addEventListener("pointerleave", () => this.shine(null));
    this.element.addEventListener("focusin", (event) => this.shine(event.target.closest("td")));
    if (this.rows.length) this.focusable(this.rows[0].row.cells[1]);
    (window.requestIdleCallback ?? setTimeout)(() => this.rows.forEach((row) => this.textOf(row)));
  },

  row: (row, section) => ({
    row, section, id: row.id, key: row.id.toLowerCase(), level: row.dataset.l.split(" ")[0].toLowerCase(),
    verdicts: row.dataset.v, answers: row.dataset.a, changes: row.dataset.n ?? "", text: null, shown: true,
  }),

  textOf(row) {
    return row.text ??= row.row.textContent.toLowerCase();
  },

  // What the rules say can be searched as soon as it has arrived.
  learn(known) {
    known.slice(0, this.rows.length).forEach((rule, index) => {
      const row = this.rows[index];
      row.text = `${this.textOf(row)} ${rule.summary} ${rule.source}`.toLowerCase();
    });
  },

  filter(changed) {
    const box = this.form.elements.q;
    if (changed.name === "t") box.value = query.toggled(box.value, changed.value, changed.checked);
    const chosen = new FormData(this.form).getAll("s");
    address.write({ q: box.value.trim(), s: chosen.length === columns.all.length ? [] : chosen.length ? chosen : columns.all.length > 1 ? ["none"] : [] });
  },

  clear() {
    address.write({ q: null, s: null, shut: null });
    this.form.elements.q.value = "";
  },

  // Sections named in the fragment are open; while a filter is on, all that hold a match are, save those named in "shut".
  fold(section) {
    const state = address.read();
    const name = state.has("q") ? "shut" : "open";
    const named = state.getAll(name);
    address.write({ [name]: named.includes(section.name) ? named.filter((n) => n !== section.name) : [...named, section.name] });
  },

  unfold() {
    const all = this.sections.every(({ open }) => open);
    address.write({ open: all ? [] : this.sections.map(({ name }) => name), shut: all && address.read().has("q") ? this.sections.map(({ name }) => name) : [] });
  },

  render(state) {
    const text = state.get("q") ?? "";
    const found = query.read(text);
    const shown = columns.shown(state);
    const target = state.get("row");
    this.fill(state, text, shown);
    let matches = 0;
    for (const section of this.sections) matches += this.renderSection(section, found, state, shown, target);
    this.say(found, matches);
    if (target) document.getElementById(target)?.scrollIntoView({ block: "center" });
  },

  renderSection(section, found, state, shown, target) {
    let inside = 0;
    for (const row of section.rows) {
      const match = found === null || query.matches(found, row, shown);
      if (match !== row.shown) row.row.hidden = !(row.shown = match);
      inside += match;
    }
    const named = state.getAll(found ? "shut" : "open").includes(section.name);
    const open = (found !== null) !== named || section.rows.some(({ id }) => id === target);
    if (section.body.hidden !== (inside === 0)) section.body.hidden = inside === 0;
    if (section.tall !== (open ? inside : 0)) section.list.style.setProperty("--rows", section.tall = open ? inside : 0);
    if (section.open !== open) {
      section.open = open;
      section.body.classList.toggle("open", open);
      section.button.setAttribute("aria-expanded", String(open));
    }
    const count = inside === section.rows.length ? String(inside) : `${inside} of ${section.rows.length}`;
    if (section.count.textContent !== count) section.count.textContent = count;
    return inside;
  },

  say(found, matches) {
    const all = this.rows.length;
    this.form.elements.shown.value = found ? `${matches} of ${all} requirements` : `${all} requirements`;
    document.getElementById("complaint").textContent = found ? found.complaints.join(" ") : "";
    document.getElementById("unfold").textContent = this.sections.every(({ open }) => open) ? "Fold all" : "Unfold all";
  },

  fill(state, text, shown) {
    const terms = query.terms(text.toLowerCase());
    const box = this.form.elements.q;
    if (document.activeElement !== box && box.value !== text) box.value = text;
    for (const input of this.form.querySelectorAll("[name=t]")) input.checked = terms.includes(input.value);
    for (const input of this.form.querySelectorAll("[name=s]")) input.checked = shown.includes(Number(input.value));
  },

  open(cell) {
    if (!cell) return;
    this.focusable(cell);
    address.write({ at: cell.parentNode.id, on: columns.labels[cell.cellIndex - 1], cap: null }, { push: true });
  },

  // One cell can be reached by Tab; the arrow keys move from it. It says aloud whose it is.
  focusable(cell) {
    this.current?.removeAttribute("tabindex");
    this.current?.removeAttribute("aria-label");
    this.current = cell;
    cell.setAttribute("tabindex", "0");
    const words = [...cell.childNodes].map((node) => node.textContent).join(" ");
    cell.setAttribute("aria-label", `${columns.labels[cell.cellIndex - 1]}: ${words}${cell.classList.contains("k") ? " known" : ""}`);
  },

  press(event) {
    const cell = event.target.closest("tr.q > td");
    if (!cell || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.open(cell);
      return;
    }
    const next = this.neighbour(cell, event.key);
    if (!next) return;
    event.preventDefault();
    this.focusable(next);
    next.focus();
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
  },

  neighbour(cell, key) {
    const row = this.byElement.get(cell.parentNode);
    const column = cell.cellIndex - 1;
    const cells = this.cellsOf(row);
    const place = cells.indexOf(column);
    const across = { ArrowLeft: cells[place - 1], ArrowRight: cells[place + 1], Home: cells[0], End: cells.at(-1) };
    if (key in across) return across[key] === undefined ? null : row.row.cells[across[key] + 1];
    const step = { ArrowUp: -1, ArrowDown: 1 }[key];
    if (!step) return null;
    const rows = this.rows.filter((other) => other.shown && other.section.open);
    const to = rows[rows.indexOf(row) + step];
    if (!to) return null;
    // Where the row below is of one mind, the first configuration speaks for all.
    return to.row.cells[this.cellsOf(to).findLast((other) => other <= column) + 1];
  },

  // Columns that have a cell to be seen in this row.
  cellsOf(row) {
    const state = address.read();
    const folded = columns.folded(state).flatMap((group) => group.columns);
    return columns.shown(state).filter((column) => !(folded.includes(column) && row.row.cells[column + 1].classList.contains("d")));
  },

  // The beam lies over the column that is pointed at.
  shine(cell) {
    this.beam.hidden = !cell;
    if (!cell) return;
    this.beam.style.left = `${cell.offsetLeft}px`;
    this.beam.style.width = `${cell.offsetWidth}px`;
  },

  // Back to a cell that was looked into; false if it is not in sight.
  focus(rule, subject) {
    const row = this.rows[rule];
    if (!row?.shown || !row.section.open || !this.cellsOf(row).includes(subject)) return false;
    this.focusable(row.row.cells[subject + 1]);
    this.current.focus();
    return true;
  },

  // The requirements now shown, in order: what "next" in the panel walks through.
  listed() {
    return this.rows.filter(({ shown }) => shown).map(({ id }) => id);
  },
};
