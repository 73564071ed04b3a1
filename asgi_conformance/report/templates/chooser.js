// "I need: ...": who does all of it, told from the cells of the capability matrix. No score and no order of merit.
const chooser = {
  form: document.getElementById("needs"),
  answer: document.getElementById("answer"),
  rows: new Map(), // capability id: {title, cells: [{mark, words}]}

  start() {
    if (!this.form) return;
    for (const row of document.querySelectorAll("#capabilities tr.cap")) {
      const cells = [...row.querySelectorAll("td > a")].map((link) =>
        ({ mark: link.className, words: link.querySelector("u")?.textContent ?? "", said: link.querySelector("i").textContent }));
      this.rows.set(row.dataset.id, { title: row.cells[0].textContent, cells });
    }
    this.form.addEventListener("input", () => address.write({ need: new FormData(this.form).getAll("need") }));
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("reset", (event) => { event.preventDefault(); address.write({ need: null }); });
  },

  render(state) {
    if (!this.form) return;
    const needs = state.getAll("need").filter((id) => this.rows.has(id));
    for (const input of this.form.elements) if (input.name === "need") input.checked = needs.includes(input.value);
    for (const row of document.querySelectorAll("#capabilities tr.cap")) row.classList.toggle("needed", needs.includes(row.dataset.id));
    const key = needs.join();
    if (key === this.drawn) return;
    this.drawn = key;
    this.answer.replaceChildren(...(needs.length ? this.answers(needs) : [this.hint()]));
  },

  hint: () => make("p", { class: "hint" }, "Pick what you need. Whoever does all of it is named here, with what is limited and what is missing elsewhere."),

  answers(needs) {
    const all = this.candidates(needs);
    const every = all.filter(({ tested }) => tested);
    const untested = all.filter(({ tested }) => !tested).map(({ name }) => name).join(", ");
    const parts = [
      ["works", "Does all of it", every.filter(({ limited, lacking }) => !limited.length && !lacking.length)],
      ["limited", "Does all of it, some of it with limits", every.filter(({ limited, lacking }) => limited.length && !lacking.length)],
      ["no", "Lacks some of it, or was not tested for some of it", every.filter(({ lacking }) => lacking.length)],
    ];
    const [works, limited] = parts.map(([, , found]) => found.length);
    const verb = (count) => (count === 1 ? "does" : "do");
    const sentence = [
      works ? `${works} of ${every.length} ${verb(works)} all of it` : `None of ${every.length} does all of it`,
      limited ? (works ? `, ${limited} more with limits.` : `; ${limited} ${verb(limited)} with limits.`) : ".",
    ].join("");
    return [
      make("p", { class: "verdict-line" }, sentence),
      ...parts.filter(([, , found]) => found.length).map(([mark, title, found]) => make("section", { class: `part ${mark}` },
        make("h3", {}, title), make("ul", {}, ...found.map((candidate) => this.candidate(candidate))))),
      untested ? make("p", { class: "hint" }, "Not tested for any of it: ", untested, ".") : "",
    ];
  },

  // Configurations of one server that answer alike are one candidate.
  candidates(needs) {
    const found = columns.all.map((column) => {
      const cells = needs.map((id) => ({ title: this.rows.get(id).title, ...this.rows.get(id).cells[column] }));
      return {
        column,
        limited: cells.filter(({ mark }) => mark === "limited"),
        lacking: cells.filter(({ mark }) => mark !== "limited" && mark !== "works"),
        tested: cells.some(({ mark }) => mark !== "unknown"),
        said: JSON.stringify(cells),
      };
    });
    return columns.groups.flatMap(({ name, columns: own }) => {
      const members = own.map((column) => found[column]);
      const alike = members.length > 1 && members.every(({ said }) => said === members[0].said);
      const each = members.map((member) => ({ ...member, name: columns.labels[member.column], more: "" }));
      return alike ? [{ ...members[0], name, more: `${own.length} configurations` }] : each;
    });
  },

  candidate({ name, more, limited, lacking }) {
    const note = ({ mark, title, words, said }) => make("li", { class: mark },
      make("b", {}, title), words && words !== said ? `: ${words}` : `: ${said}`);
    return make("li", {}, make("b", { class: "name" }, name), more ? make("small", {}, more) : null,
      lacking.length + limited.length ? make("ul", {}, ...lacking.map(note), ...limited.map(note)) : null);
  },
};
