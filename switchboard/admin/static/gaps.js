// The list of gaps by keyboard: j and k go down and up, x ticks, a accepts, r asks for the reason.
import { remembered } from "./remembered.js";

const form = document.getElementById("gaps");
const boxes = form ? [...form.querySelectorAll('input[type="checkbox"][name="gap"]')] : [];
const keysBox = document.getElementById("keys");
let here = -1;

function go(by) {
  here = Math.min(Math.max(here + by, 0), boxes.length - 1);
  boxes[here].focus();
  boxes[here].closest("tr").scrollIntoView({ block: "nearest" });
}

const keys = {
  j: () => go(1),
  k: () => go(-1),
  x: () => boxes[here]?.click(),
  Enter: () => boxes[here]?.closest("tr").querySelector("a").click(),
  a: () => form.querySelector('button[value="accept"]').click(),
  r: () => document.getElementById("reason").focus(),
};

if (boxes.length && keysBox) {
  document.querySelector(".gap-keys").removeAttribute("hidden");
  remembered(keysBox, "gap-keys");
  document.addEventListener("focusin", (event) => {
    const at = boxes.indexOf(event.target);
    if (at >= 0) here = at;
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches('input:not([type="checkbox"]), select, textarea');
    const elsewhere = event.target.matches("a, button, summary") && event.key === "Enter";
    if (!keysBox.checked || typing || elsewhere || event.ctrlKey || event.altKey || event.metaKey) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
