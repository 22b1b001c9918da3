// A box that this browser remembers the state of, by name.
export function remembered(box, name) {
  const kept = localStorage.getItem(name);
  if (kept !== null) box.checked = kept === "on";
  box.addEventListener("change", () => localStorage.setItem(name, box.checked ? "on" : "off"));
}
