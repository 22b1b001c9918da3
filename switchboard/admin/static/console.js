// The operators' console: new calls as they come, and every answer on one key.
// All of it also works by the page's links and forms, without this.

import { follow, InOrder } from "./news.js";
import { remembered } from "./remembered.js";

const consolePart = document.getElementById("console");
const status = document.getElementById("console-status");
const soundBox = document.getElementById("sound");
const keysBox = document.getElementById("keys");
const chime = new Audio(soundBox.dataset.sound);
const order = new InOrder();

// A call that was chosen by hand, here or by the address; null follows the newest.
let chosen = new URLSearchParams(location.search).get("call");
let newest = null;
let busy = false;

function told(text) {
  status.textContent = text;
}

function section() {
  return consolePart.querySelector("[data-chosen]");
}

function signedOut(answer) {
  if (!answer.redirected) return false;
  location.reload();
  return true;
}

function show(html, kept = false) {
  const field = document.getElementById("console-q");
  const typing = field !== null && document.activeElement === field;
  const place = typing || (kept && field?.value) ? [field.value, field.selectionStart] : null;
  const link = document.activeElement?.dataset?.call;
  consolePart.innerHTML = html;
  const said = consolePart.querySelector("[data-said]");
  if (said) told(said.textContent);
  if (place !== null) {
    const again = document.getElementById("console-q");
    if (again !== null) {
      again.value = place[0];
      if (typing) {
        again.focus();
        again.setSelectionRange(place[1], place[1]);
      }
      find();
    }
  } else if (link) {
    consolePart.querySelector(`[data-call="${CSS.escape(link)}"]`)?.focus();
  }
}

async function renew() {
  // What an operator is looking for or playing is not taken away: that call stays the chosen one.
  const playing = [...consolePart.querySelectorAll("audio")].some((each) => !each.paused);
  if (playing || busy) return;
  const field = document.getElementById("console-q");
  const looking = field !== null && (field.value !== "" || document.activeElement === field);
  const call = chosen ?? (looking ? section()?.dataset.chosen : null);
  const turn = order.asks();
  const answer = await fetch(consolePart.dataset.part + (call ? `?call=${encodeURIComponent(call)}` : ""));
  if (signedOut(answer) || !answer.ok) return;
  const html = await answer.text();
  if (!busy && order.mayShow(turn)) show(html, true);
}

async function choose(call) {
  chosen = call;
  const turn = order.asks();
  const answer = await fetch(`${consolePart.dataset.part}?call=${encodeURIComponent(call)}`);
  if (signedOut(answer) || !answer.ok) return;
  const html = await answer.text();
  if (order.mayShow(turn)) show(html);
  consolePart.querySelector("[aria-current]")?.focus();
}

async function close(form, button) {
  if (busy) return;
  busy = true;
  try {
    const body = new FormData(form);
    body.append(button.name, button.value);
    const where = button.getAttribute("formaction") ?? form.action;
    const turn = order.asks();
    const answer = await fetch(where, { method: "POST", body, headers: { "X-Part": "1" } });
    if (signedOut(answer)) return;
    if (!answer.ok) {
      told("That was not stored. Try again.");
      return;
    }
    chosen = null;
    document.activeElement?.blur();
    const html = await answer.text();
    if (order.mayShow(turn)) show(html);
  } finally {
    busy = false;
  }
}

let asked = 0;
let timer = 0;
async function find() {
  const field = document.getElementById("console-q");
  const mine = ++asked;
  const call = section()?.dataset.chosen ?? "";
  const asking = new URLSearchParams({ q: field.value, call });
  const answer = await fetch(`${consolePart.dataset.search}?${asking}`);
  if (signedOut(answer) || !answer.ok || mine !== asked) return;
  const found = document.getElementById("console-found");
  if (found) found.innerHTML = await answer.text();
}

function step(by) {
  const links = [...consolePart.querySelectorAll("[data-call]")];
  const at = links.findIndex((each) => each.hasAttribute("aria-current"));
  const next = links[Math.min(Math.max(at + by, 0), links.length - 1)];
  if (next) choose(next.dataset.call);
}

function keyed(event) {
  const target = event.target;
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (target.id === "console-q") {
    const answers = [...consolePart.querySelectorAll("#console-found button")];
    const connects = consolePart.querySelector("#console-found button[formaction]");
    if (event.key === "Escape") target.blur();
    else if (event.key === "Enter" && event.shiftKey) connects?.click();
    else if (event.key === "Enter" && answers.length) answers[0].click();
    else if (event.key === "ArrowDown" && answers.length) answers[0].focus();
    else return;
    event.preventDefault();
    return;
  }
  const answers = [...consolePart.querySelectorAll("#console-found button")];
  const among = answers.indexOf(target);
  if (among >= 0 && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    const next = among + (event.key === "ArrowDown" ? 1 : -1);
    (next < 0 ? document.getElementById("console-q") : answers[next] ?? target).focus();
    event.preventDefault();
    return;
  }
  if (!keysBox.checked || /^(INPUT|TEXTAREA|SELECT|AUDIO)$/.test(target.tagName)) return;
  if (event.shiftKey && event.code.startsWith("Digit")) {
    // By its place: what Shift makes of a digit differs between keyboards.
    const candidate = event.code.slice("Digit".length);
    const button = consolePart.querySelector(`[data-connect="${candidate}"]`);
    if (!button || event.repeat) return;
    button.click();
    event.preventDefault();
    return;
  }
  const key = event.key.toLowerCase();
  if (key === "arrowdown" || key === "j") step(1);
  else if (key === "arrowup" || key === "k") step(-1);
  else if (key === "w") document.getElementById("console-q")?.focus();
  else if (key === "p") consolePart.querySelector("audio[data-newest]")?.play();
  else {
    const button = consolePart.querySelector(`[data-key="${CSS.escape(key)}"]`);
    // A key that is held down must not close the next call as well.
    if (!button || event.repeat) return;
    button.click();
  }
  event.preventDefault();
}

function news(call) {
  const isNew = newest !== null && call !== newest;
  newest = call;
  if (isNew) {
    told("A new call");
    if (soundBox.checked) chime.play().catch(() => told("A new call; the browser keeps it silent"));
  }
  renew();
}

async function poll() {
  await renew();
  const calls = consolePart.querySelectorAll("[data-call]");
  const first = calls.length ? calls[0].dataset.call : "";
  if (newest !== null && first !== newest) {
    told("A new call");
    if (soundBox.checked) chime.play().catch(() => {});
  }
  newest = first;
}

remembered(soundBox, "console-sound");
remembered(keysBox, "console-keys");
soundBox.addEventListener("change", () => soundBox.checked && chime.play());
document.querySelector("[data-console-settings]").hidden = false;
document.addEventListener("keydown", keyed);
consolePart.addEventListener("submit", (event) => {
  if (event.target.matches("[data-close]")) {
    event.preventDefault();
    if (event.submitter) close(event.target, event.submitter);
  } else if (event.target.matches("[role=search]")) {
    event.preventDefault();
    find();
  }
});
consolePart.addEventListener("click", (event) => {
  const link = event.target.closest("[data-call]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  choose(link.dataset.call);
});
consolePart.addEventListener("input", (event) => {
  if (event.target.id !== "console-q") return;
  clearTimeout(timer);
  timer = setTimeout(find, 120);
});
follow(consolePart.dataset.events, (event) => news(event.newest), poll);
