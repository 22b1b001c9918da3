// What the server has to tell, as it comes; where it tells nothing by itself, it is asked.

const POLL_MS = 3000;

// `told` gets what a "calls" event says. `ask` is called every few seconds once the stream is closed
// for good: too many are open, or a proxy forbids it.
export function follow(address, told, ask) {
  const stream = new EventSource(address);
  stream.addEventListener("calls", (event) => told(JSON.parse(event.data)));
  stream.addEventListener("error", () => {
    if (stream.readyState === EventSource.CLOSED) setInterval(ask, POLL_MS);
  });
}

// One after another, and only the newest: an answer that was asked for before another that is shown
// already comes too late, and must not take that away.
export class InOrder {
  #asked = 0;
  #shown = 0;

  asks() {
    return ++this.#asked;
  }

  mayShow(turn) {
    if (turn < this.#shown) return false;
    this.#shown = turn;
    return true;
  }
}
