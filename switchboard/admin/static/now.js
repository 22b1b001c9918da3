// The calls that are with the switchboard, as they come and go.
// Without this, the page is looked at again by its links.

import { follow, InOrder } from "./news.js";

const part = document.getElementById("now");
const status = document.getElementById("now-status");
const order = new InOrder();
let newest = null;

async function renew() {
  const turn = order.asks();
  const answer = await fetch(part.dataset.part);
  if (answer.redirected) location.reload(); // signed out
  if (answer.redirected || !answer.ok) return;
  const html = await answer.text();
  if (!order.mayShow(turn)) return;
  const link = part.contains(document.activeElement) ? document.activeElement.dataset.call : null;
  part.innerHTML = html;
  if (link) part.querySelector(`[data-call="${CSS.escape(link)}"]`)?.focus();
}

async function news(call) {
  await renew();
  if (newest !== null && call && call !== newest) status.textContent = "A new call";
  newest = call;
}

follow(part.dataset.events, (event) => news(event.newest), renew);
