// The tables start at once, from what is in the page; what lies behind the cells follows as soon as it is unpacked.
document.getElementById("theme").addEventListener("click", () => theme.next());
theme.show(theme.read());
columns.start();
table.start();
chooser.start();
for (const event of ["popstate", "hashchange"]) addEventListener(event, () => { address.take(); render(); });
address.take();
render();
arrive();
const started = arrived.then(() => {
  table.learn(rules);
  panel.start();
  panel.ready = true;
  render();
}, apologize);

// A link to a filter or to needs shows what they are about. A page that is loaded again stays where it was.
function arrive() {
  const state = address.read();
  const about = state.has("q") ? "requirements-title" : state.has("need") ? "chooser" : "";
  const [{ type }] = performance.getEntriesByType("navigation");
  if (about && !state.has("row") && type === "navigate") document.getElementById(about)?.scrollIntoView();
}
