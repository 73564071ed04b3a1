// The columns of both tables: which are shown, which configurations are folded into one, and how wide they are.
const columns = {
  labels: [], // by column
  groups: [], // {name, columns, folds}
  all: [],
  style: document.head.appendChild(document.createElement("style")),

  start() {
    const heads = [...document.querySelectorAll("#requirements thead th[data-c]")];
    this.labels = heads.map((head) => head.dataset.label);
    this.all = heads.map((_, index) => index);
    for (const head of heads) (this.groups[head.dataset.g] ??= { name: head.dataset.label, columns: [] }).columns.push(Number(head.dataset.c));
    for (const head of document.querySelectorAll("#requirements thead th.g")) {
      Object.assign(this.groups[head.dataset.g], { name: head.dataset.name, folds: true });
    }
    for (const button of document.querySelectorAll(".folding thead button")) button.addEventListener("click", () => this.toggle(button));
  },

  toggle(button) {
    const { name } = this.groups[button.parentNode.dataset.g];
    const apart = address.read().getAll("apart");
    address.write({ apart: apart.includes(name) ? apart.filter((other) => other !== name) : [...apart, name] });
    // The button is hidden now; its counterpart goes on from here.
    const table = button.closest("table");
    [...table.querySelectorAll(`thead th[data-g="${button.parentNode.dataset.g}"] button`)].find((other) => other !== button).focus();
  },

  named(part) {
    return this.all.filter((column) => this.labels[column].toLowerCase().includes(part));
  },

  shown(state) {
    return this.all.filter((column) => !state.has("s") || state.getAll("s").includes(String(column)));
  },

  // A group folds unless it was opened, or one of its columns is left out: what the others say together is not known then.
  folded(state) {
    const shown = this.shown(state);
    return this.groups.filter(({ name, columns: own, folds }) =>
      folds && !state.getAll("apart").includes(name) && own.every((column) => shown.includes(column)));
  },

  render(state) {
    const shown = this.shown(state);
    const folded = this.folded(state);
    const within = folded.flatMap((group) => group.columns);
    const hidden = this.all.filter((column) => !shown.includes(column));
    const alone = shown.length - within.length;
    const sum = [`${alone} * var(--cell)`, ...folded.map((group) => this.width(group))].join(" + ");
    const rules = [
      `.folding { --sum: calc(${sum}) }`,
      ...this.groups.map((group, index) => (folded.includes(group) ? "" : `.folding th.g[data-g="${index}"] { display: none }`)),
      ...hidden.flatMap((column) => [`.folding th[data-c="${column}"], ${this.cell(column)} { display: none }`]),
      ...folded.flatMap((group) => this.folding(group)),
    ];
    const text = rules.filter(Boolean).join("\n");
    if (this.style.textContent !== text) this.style.textContent = text;
    // Where many configurations need more than their share, the others give it.
    const extra = folded.map((group) => `max(0px, ${group.columns.length} * var(--part) - var(--fair))`);
    for (const frame of document.querySelectorAll(".frame:has(.folding)")) {
      frame.style.setProperty("--columns", alone + folded.length);
      frame.style.setProperty("--extra", extra.length && alone ? `calc((${extra.join(" + ")}) / ${alone})` : "0px");
    }
  },

  cell: (column, kind = "") => `.folding td:nth-of-type(${column + 1})${kind}`,

  width: (group) => `max(var(--cell), ${group.columns.length} * var(--part))`,

  folding(group) {
    const width = this.width(group);
    return [
      `.folding th.g[data-g="${this.groups.indexOf(group)}"], ${this.cell(group.columns[0])} { flex-basis: ${width} }`,
      ...group.columns.flatMap((column) => [
        `.folding th[data-c="${column}"] { display: none }`,
        `${this.cell(column, ".d")} { display: none }`,
        `${this.cell(column, ".s")} { flex-basis: calc(${width} / ${group.columns.length}); container: part / inline-size; border-left-style: dashed }`,
        `${this.cell(column, ".s:is(.sums *, .fold *)")} { font-size: .66rem }`,
      ]),
    ];
  },
};
