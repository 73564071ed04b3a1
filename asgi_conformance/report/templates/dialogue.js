// An exchange as a drawing: the script beside the lanes of who spoke when.
const dialogue = {
  script(lines, line) {
    const items = lines.map((text, index) => make("li", { class: index === line ? "here" : null },
      text, index === line ? make("strong", {}, "◄ first deviation") : null));
    return make("ol", { class: "script" }, ...items);
  },

  // Left lane: who speaks to the subject from outside; middle: the subject; right: the application inside it.
  lane: (who) => (who.startsWith("app") ? "right" : who.startsWith("process") || who === "" ? "middle" : "left"),

  drawing(exchange, subject) {
    const { moments, marked } = exchange;
    const lanes = new Set(moments.map(({ who }) => this.lane(who)));
    const application = subject.kind.endsWith("-app") || subject.kind.endsWith("-framework");
    const [left, middle, right] = application ? ["server", subject.label, null] : ["client", subject.label, "app"];
    const sided = application && lanes.has("right"); // an application under test is itself what speaks as "app"
    const heads = make("div", { class: "lanes heads" },
      make("span", {}, ""), make("b", {}, left), make("b", {}, middle), right ? make("b", {}, right) : null);
    const items = moments.map((moment, index) => this.moment(moment, sided, index === marked));
    return make("div", { class: `drawing${right ? "" : " two"}` }, heads, make("ol", {}, ...items));
  },

  moment(moment, sided, marked) {
    if (moment.act === "cut") return make("li", { class: "cut" }, `… ${moment.text} …`);
    const lane = sided ? "left" : this.lane(moment.who);
    const arrow = { sends: "→", gets: "←" }[moment.act] ?? moment.act;
    // The subject stands in the middle: what we send goes towards it, what we get comes from it.
    const inward = moment.act === "sends";
    const direction = lane === "middle" ? "self" : (lane === "left") === inward ? "rightward" : "leftward";
    return make("li", { class: marked ? "here" : null },
      make("time", {}, milliseconds(moment.at)),
      make("div", { class: `say ${lane} ${direction}` },
        make("i", {}, `${moment.who} ${arrow} `),
        lane !== "middle" && moment.who.includes(":") ? make("em", {}, moment.who.split(":")[1]) : null,
        make("span", {}, moment.text)),
      marked ? make("strong", {}, "◄ first deviation") : null);
  },
};

const milliseconds = (hundredths) => `${(hundredths / 100).toFixed(2)} ms`;
