// What may be typed into the search box, and what it means. Terms narrow each other, values of one term widen it.
const query = {
  verdicts: JSON.parse(document.getElementById("filters")?.dataset.verdicts ?? "{}"), // word: letter
  kinds: { broken: "b", fixed: "f", changed: "c", new: "n", retired: "r" },
  levels: ["must", "should", "may"],

  // ['level:must', '"two words"', 'daphne']
  terms: (text) => text.match(/(?:[^\s":]+:)?"[^"]*"?|\S+/g) ?? [],

  // The text with a term more or less.
  toggled(text, term, on) {
    const rest = this.terms(text).filter((other) => other.toLowerCase() !== term);
    return (on ? [...rest, term] : rest).join(" ");
  },

  // {words, one array for each filter, complaints}; null where nothing was typed.
  read(text) {
    const found = { words: [], verdict: [], level: [], clause: [], only: [], new: [], complaints: [], differs: false, nothing: false };
    const terms = this.terms(text.toLowerCase());
    for (const term of terms) {
      const [, name, value] = /^([a-z]+):(.*)$/.exec(term) ?? [];
      if (term.startsWith('"')) found.words.push(term.replaceAll('"', ""));
      else if (term === "differs") found.differs = true;
      else if (term === "new") this.add(found, "new", Object.keys(this.kinds).join(","));
      else if (name === undefined) found.words.push(term);
      else if (Object.hasOwn(this.filters, name)) this.add(found, name, value.replaceAll('"', ""));
      else this.complain(found, `There is no filter “${name}:”. To search for the text, write "${term}".`);
    }
    return terms.length ? found : null;
  },

  // By name: the values that it knows, or null if any will do.
  filters: {
    verdict: () => Object.keys(query.verdicts),
    level: () => query.levels,
    new: () => Object.keys(query.kinds),
    clause: () => null,
    only: () => null,
  },

  add(found, name, list) {
    const known = this.filters[name]();
    if (name === "new" && !document.querySelector(".since")) {
      this.complain(found, "This report was not compared with an older run, so it does not know what is new.");
    }
    for (const value of list.split(",").filter(Boolean)) {
      const meant = known === null ? [value] : known.includes(value) ? [value] : known.filter((word) => word.startsWith(value));
      if (!meant.length) this.complain(found, `“${name}:” has no “${value}”, but ${known.join(", ")}.`);
      if (name === "only" && !columns.named(value).length) this.complain(found, `No column has “${value}” in its name.`);
      found[name].push(...meant);
    }
    // What is still being typed narrows nothing, and says what may follow.
    if (!list) found.complaints.push(`“${name}:” wants ${known ? `one of ${known.join(", ")}` : name === "only" ? "a name" : "the beginning of an id"}.`);
  },

  complain(found, words) {
    found.complaints.push(words);
    found.nothing = true;
  },

  // Whether a row is meant; `shown`: indices of the columns that count.
  matches(found, row, shown) {
    return !found.nothing
      && (!found.level.length || found.level.includes(row.level))
      && (!found.clause.length || found.clause.some((start) => row.key.startsWith(start)))
      && (!found.verdict.length || shown.some((column) => found.verdict.some((word) => this.verdicts[word] === row.verdicts[column])))
      && (!found.new.length || shown.some((column) => found.new.some((kind) => this.kinds[kind] === row.changes[column])))
      && (!found.differs || this.differs(row, shown))
      && (!found.only.length || found.only.some((name) => this.alone(row, shown, columns.named(name))))
      && found.words.every((word) => table.textOf(row).includes(word));
  },

  differs: (row, shown) => new Set(shown.map((column) => row.answers[column]).filter((answer) => answer !== "-")).size > 1,

  // All others that were asked pass and one of these does not; or the others answer alike, and all of these otherwise.
  alone(row, shown, these) {
    const asked = shown.filter((column) => row.answers[column] !== "-");
    const own = asked.filter((column) => these.includes(column));
    const others = asked.filter((column) => !these.includes(column));
    if (!own.length || !others.length) return false;
    if (others.every((column) => row.verdicts[column] === "p") && own.some((column) => row.verdicts[column] !== "p")) return true;
    const answer = row.answers[others[0]];
    return others.every((column) => row.answers[column] === answer) && own.every((column) => row.answers[column] !== answer);
  },
};
