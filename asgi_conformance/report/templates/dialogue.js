// An exchange as a drawing: the script, and beside it who spoke when, as a sequence diagram.
const dialogue = {
  // `line` is the first that went wrong, `settled` the letters of what this rule's checks came to, by line.
  script(lines, line, settled, mark) {
    const items = lines.map((text, index) => {
      const [, who, rest] = text.match(/^(\S+) (.*)$/s) ?? [null, "", text];
      return make("li", { class: index === line ? "here" : null },
        make("p", {}, who ? make("b", { class: this.lane(who) }, who) : null, " ", rest),
        settled.has(index) ? make("span", { class: `verdict ${settled.get(index)}` }, wordOf(settled.get(index))) : null,
        index === line ? make("strong", {}, mark) : null);
    });
    return make("ol", { class: "script" }, ...items);
  },

  // Who speaks to the subject from outside stands left of it, the application inside it right; a process is what all run in.
  lane: (who) => (/^(app|wsgi_app)\b/.test(who) ? "right" : /^process\b/.test(who) ? "across" : "left"),

  outside: (moments) => (moments.some(({ who }) => /^(server|gateway)\b/.test(who)) ? "server (ours)" : "client"),

  drawing(exchange, subject, lines, mark) {
    const { moments, marked } = exchange;
    const inside = moments.some(({ who }) => this.lane(who) === "right");
    const items = moments.map((moment, index) => this.moment(moment, subject, index === marked && this.came(exchange) ? mark : ""));
    if (marked >= 0 && !this.came(exchange)) items.splice(marked + 1, 0, this.absent(lines[exchange.line] ?? "", mark));
    return make("div", { class: `drawing${inside ? "" : " two"}` },
      make("div", { class: "heads", "aria-hidden": "true" },
        make("b", {}, this.outside(moments)), make("b", {}, subject.label), inside ? make("b", {}, "app (ours)") : null),
      make("ol", { "aria-label": "What happened, in order" }, ...items));
  },

  came: ({ moments, marked, line }) => moments[marked]?.line === line,

  moment(moment, subject, mark) {
    if (moment.act === "cut") return make("li", { class: "cut" }, `… ${moment.text} …`);
    const lane = this.lane(moment.who);
    // What we send goes towards the subject, what we get comes from it.
    const [inward, spoken] = moment.act === "sends" ? [true, "to"] : [false, "from"];
    const direction = lane === "across" ? "" : (lane === "left") === inward ? "rightward" : "leftward";
    const name = moment.who.split(":")[1];
    return make("li", { class: mark ? "here" : null },
      make("time", {}, duration(moment.at)),
      make("div", { class: `say ${lane} ${direction}` },
        moment.line < 0 ? null : make("small", { title: `line ${moment.line + 1} of the script` }, String(moment.line + 1)),
        make("i", {}, lane === "across" ? `${moment.who}: ` : `${moment.who} ${moment.act} ${spoken} ${subject.label}: `),
        name ? make("em", {}, name) : null,
        make("span", {}, shortened(moment.text))),
      mark ? make("strong", { class: lane }, mark) : null,
      this.recorded(moment));
  },

  // The line was never answered: what should have come, where it should have.
  absent(line, mark) {
    const [, who, rest] = line.match(/^(\S+) gets (.*)$/s) ?? [null, "process", line];
    const lane = this.lane(who);
    return make("li", { class: "here absent" }, make("time", {}, "–"),
      make("div", { class: `say ${lane} ${{ left: "leftward", right: "rightward" }[lane] ?? ""}` }, make("span", {}, rest)),
      make("strong", { class: lane }, `${mark}: it did not come`));
  },

  // What the arrow's words leave out: bytes, another record, or the rest of the words themselves.
  recorded({ bytes, record, text }) {
    const whole = record ?? (shortened(text) === text ? null : text);
    if (!bytes && whole === null) return null;
    const count = bytes ? bytes.data.length + bytes.missing : 0;
    const shown = make("pre", { tabindex: "0" });
    const details = make("details", { class: "recorded" },
      make("summary", {}, bytes ? `${count} ${count === 1 ? "byte" : "bytes"} on the wire` : "as recorded"), shown);
    details.addEventListener("toggle", () => {
      shown.textContent = bytes ? dump(bytes, innerWidth < 700 ? 8 : 16) : whole;
    }, { once: true });
    return details;
  },
};

// Offset, hexadecimal and ASCII, `width` bytes a line.
function dump({ data, missing }, width) {
  const codes = [...data].map((character) => character.charCodeAt(0));
  const rows = [];
  for (let at = 0; at < codes.length; at += width) {
    const row = codes.slice(at, at + width);
    const hexadecimal = row.map((code) => code.toString(16).padStart(2, "0")).join(" ");
    const ascii = row.map((code) => (code > 0x1f && code < 0x7f ? String.fromCharCode(code) : "·")).join("");
    rows.push(`${at.toString(16).padStart(4, "0")}  ${hexadecimal.padEnd(3 * width - 1)}  ${ascii}`);
  }
  if (missing) rows.push(`… ${missing} more ${missing === 1 ? "byte" : "bytes"}, not in this page`);
  return rows.join("\n");
}

const shortened = (text) => (text.length > 260 ? `${text.slice(0, 240)}…` : text);

const duration = (hundredths) => (hundredths < 1e5 ? `${(hundredths / 100).toFixed(2)} ms` : `${(hundredths / 1e5).toFixed(2)} s`);
