// A test call: the microphone's sound goes to the service in small blocks, what it says comes back.
import { listen, NoMicrophone, openMicrophone, peak } from "./listening.js";

const EVERY_MS = 120;
const MOST_FAILURES = 3;

const page = document.querySelector("[data-call]");
const part = (name) => page.querySelector(`[data-${name}]`);
const token = page.dataset.token;

function say(text) {
  part("status").textContent = text;
}

async function post(address, body) {
  const answer = await fetch(address, {
    method: "POST",
    body,
    headers: { "X-CSRFToken": token, "Content-Type": "application/octet-stream" },
  });
  if (!answer.headers.get("Content-Type")?.includes("json")) {
    return { over: true, refused: "You were signed out, or the service has stopped." };
  }
  return answer.json();
}

// Plays what comes, in its order, and knows what was heard to its end.
class Loudspeaker {
  constructor(context) {
    this.context = context;
    this.until = 0;
    this.played = 0;
    this.playing = new Set();
  }

  play({ number, sound }, rate) {
    const bytes = Uint8Array.from(atob(sound), (char) => char.charCodeAt(0));
    const samples = new DataView(bytes.buffer);
    const buffer = this.context.createBuffer(1, Math.max(1, bytes.length / 2), rate);
    const channel = buffer.getChannelData(0);
    for (let i = 0; i < bytes.length / 2; i += 1) channel[i] = samples.getInt16(2 * i, true) / 32768;
    const source = this.context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.context.destination);
    source.onended = () => {
      this.playing.delete(source);
      this.played = Math.max(this.played, number);
    };
    this.until = Math.max(this.until, this.context.currentTime);
    source.start(this.until);
    this.until += buffer.duration;
    this.playing.add(source);
  }

  stop() {
    for (const source of this.playing) source.stop();
    this.playing.clear();
    this.until = 0;
  }
}

class Call {
  constructor() {
    this.blocks = [];
    this.keys = "";
    this.leaving = false;
    this.failures = 0;
  }

  async run() {
    say("Asking for the microphone…");
    const stream = await openMicrophone();
    this.context = new AudioContext();
    try {
      await this.context.resume();
      say("Connecting…");
      const begun = await post(page.dataset.call, "");
      if (begun.refused) return say(begun.refused);
      return await this.talk(stream, begun.exchange);
    } finally {
      for (const track of stream.getTracks()) track.stop();
      await this.context.close();
    }
  }

  async talk(stream, address) {
    const loudspeaker = new Loudspeaker(this.context);
    let rate = 0;
    let got = await post(address, "");
    while (!got.over) {
      if (!rate) {
        rate = got.rate;
        await listen(this.context, stream, rate, (block) => this.hear(block));
        say("You are connected. Speak when it has asked, or press a key.");
      }
      if (got.stop) loudspeaker.stop();
      for (const prompt of got.prompts) loudspeaker.play(prompt, rate);
      await new Promise((done) => setTimeout(done, EVERY_MS));
      got = await this.exchange(address, loudspeaker.played);
    }
    if (got.next) {
      say("The call is over.");
      window.location.assign(got.next);
    } else {
      say(got.refused || "The call ended before anything was said.");
    }
    return undefined;
  }

  async exchange(address, played) {
    const blocks = this.blocks.splice(0);
    const keys = this.keys;
    this.keys = "";
    const query = new URLSearchParams({ played, keys, leaving: this.leaving ? "1" : "0" });
    try {
      const got = await post(`${address}?${query}`, new Blob(blocks));
      this.failures = 0;
      return got;
    } catch {
      this.failures += 1;
      if (this.failures < MOST_FAILURES) return { prompts: [] };
      return { over: true, refused: "The connection broke off; call again." };
    }
  }

  hear(block) {
    this.blocks.push(block);
    part("level").value = peak(block);
  }
}

let call;

function show(calling) {
  part("begin").disabled = calling;
  part("end").disabled = !calling;
  for (const key of page.querySelectorAll("[data-key]")) key.disabled = !calling;
}

part("begin").addEventListener("click", async () => {
  call = new Call();
  show(true);
  try {
    await call.run();
  } catch (fault) {
    say(fault instanceof NoMicrophone ? fault.message : "The call failed; try again.");
  } finally {
    show(false);
    part("level").value = 0;
  }
});

part("end").addEventListener("click", () => {
  call.leaving = true;
});

for (const key of page.querySelectorAll("[data-key]")) {
  key.addEventListener("click", () => {
    call.keys += key.dataset.key;
  });
}

show(false);
page.hidden = false;
