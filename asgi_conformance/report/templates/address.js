// The URL's fragment holds everything that was chosen, so that a link shows the same again:
//   q search terms · s columns · apart servers whose configurations stand apart · open, shut sections · need capabilities
//   row a requirement to scroll to · at rule, or cap capability, and on subject: the panel
const address = {
  now: "",

  // From the bar, when somebody else has written there.
  take() {
    const fragment = location.hash.slice(1);
    this.now = fragment && !/[=&]/.test(fragment) ? `row=${fragment}` : fragment;
  },

  read() {
    return new URLSearchParams(this.now);
  },

  // Filters replace the entry in the history; opening the panel makes a new one, so that "back" closes it.
  write(changes, { push = false } = {}) {
    const next = this.read();
    next.delete("row");
    for (const [name, value] of Object.entries(changes)) {
      next.delete(name);
      for (const one of [value].flat()) if (one !== null && one !== "" && one !== false) next.append(name, one);
    }
    this.now = this.plain(next);
    try {
      history[push ? "pushState" : "replaceState"](null, "", `#${this.now}`);
    } catch { /* some browsers refuse after many in a short time, as when somebody types: the page goes on without */ }
    render();
  },

  link(changes) {
    const next = this.read();
    next.delete("row");
    for (const name of ["at", "cap", "on"]) next.delete(name);
    for (const [name, value] of Object.entries(changes)) next.set(name, value);
    return `#${this.plain(next)}`;
  },

  // Colons and commas need no escape in a fragment, and terms are to be read.
  plain: (parameters) => String(parameters).replaceAll("%3A", ":").replaceAll("%2C", ","),
};

// Shows what the fragment says. Everything that changes the page goes through here.
function render() {
  const state = address.read();
  columns.render(state);
  table.render(state);
  chooser.render(state);
  if (panel.ready) panel.render(state);
}
