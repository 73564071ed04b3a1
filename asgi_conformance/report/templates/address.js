// The URL's fragment holds everything that was chosen, so that a link shows the same again:
//   q text · v verdicts · l levels · d differs · s columns · open sections · at rule, or cap capability, and on subject
const address = {
  read() {
    const fragment = location.hash.slice(1);
    return new URLSearchParams(fragment && !fragment.includes("=") ? `row=${fragment}` : fragment);
  },

  // Filters replace the entry in the history; opening the panel makes a new one, so that "back" closes it.
  write(changes, { push = false } = {}) {
    const next = this.read();
    next.delete("row");
    for (const [name, value] of Object.entries(changes)) {
      next.delete(name);
      for (const one of [value].flat()) if (one !== null && one !== "" && one !== false) next.append(name, one);
    }
    const url = `#${next}`;
    if (push) history.pushState(null, "", url);
    else history.replaceState(null, "", url);
    render();
  },

  link(changes) {
    const next = this.read();
    next.delete("row");
    for (const name of ["at", "cap", "on"]) next.delete(name);
    for (const [name, value] of Object.entries(changes)) next.set(name, value);
    return `#${next}`;
  },
};

// Shows what the fragment says. Everything that changes the page goes through here.
function render() {
  const state = address.read();
  table.render(state);
  panel.render(state);
}
