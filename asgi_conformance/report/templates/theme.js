// Runs before anything is drawn, so that the page does not flash in the wrong colours.
"use strict";
document.documentElement.classList.add("js");
const theme = {
  names: ["system", "light", "dark"],
  read() {
    try { return localStorage.getItem("theme") ?? "system"; } catch { return "system"; }
  },
  show(name) {
    document.documentElement.style.colorScheme = name === "system" ? "light dark" : name;
    const shown = document.querySelector("#theme b");
    if (shown) shown.textContent = name;
  },
  next() {
    const name = this.names[(this.names.indexOf(this.read()) + 1) % this.names.length];
    try { localStorage.setItem("theme", name); } catch { /* a page opened from a file may not be allowed to keep it */ }
    this.show(name);
  },
};
theme.show(theme.read());
