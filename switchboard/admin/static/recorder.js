// Records one text at 16 kHz, shows how loud it is, and sends it as a WAV file with the page's form.
import { listen, NoMicrophone, openMicrophone, peak } from "./listening.js";

const RATE = 16000;
const LONGEST_S = 60;
const TOO_LOUD = 0.97;

const page = document.querySelector("[data-recorder]");
const part = (name) => page.querySelector(`[data-${name}]`);

function say(text) {
  part("status").textContent = text;
}

function wav(blocks) {
  const length = blocks.reduce((sum, block) => sum + block.length, 0);
  const view = new DataView(new ArrayBuffer(44 + 2 * length));
  const text = (at, letters) => {
    for (let i = 0; i < letters.length; i += 1) view.setUint8(at + i, letters.charCodeAt(i));
  };
  text(0, "RIFF");
  view.setUint32(4, 36 + 2 * length, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true);
  view.setUint32(28, 2 * RATE, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, 2 * length, true);
  let at = 44;
  for (const block of blocks) {
    for (const sample of block) {
      view.setInt16(at, sample, true);
      at += 2;
    }
  }
  return new Blob([view], { type: "audio/wav" });
}

let stop;

async function record() {
  const stream = await openMicrophone({ clean: false });
  const context = new AudioContext();
  const blocks = [];
  let length = 0;
  try {
    const stopped = new Promise((done) => {
      stop = done;
    });
    await listen(context, stream, RATE, (block) => {
      blocks.push(block);
      length += block.length;
      const loud = peak(block);
      part("level").value = loud;
      if (loud >= TOO_LOUD) say("Too loud: move back a little, and begin again.");
      if (length > LONGEST_S * RATE) stop();
    });
    say("Recording. Leave half a second before and after.");
    await stopped;
  } finally {
    for (const track of stream.getTracks()) track.stop();
    await context.close();
    part("level").value = 0;
  }
  return wav(blocks);
}

async function send(sound) {
  const form = new FormData();
  form.append("csrf_token", page.dataset.token);
  form.append("sound", sound, "recorded.wav");
  const answer = await fetch(page.dataset.recorder, { method: "POST", body: form });
  if (!answer.ok) throw new Error(String(answer.status));
  window.location.reload();
}

part("begin").addEventListener("click", async () => {
  part("begin").disabled = true;
  part("end").disabled = false;
  try {
    const sound = await record();
    say("Checking…");
    await send(sound);
  } catch (fault) {
    say(fault instanceof NoMicrophone ? fault.message : "It could not be recorded; try again.");
  } finally {
    part("begin").disabled = false;
    part("end").disabled = true;
  }
});

part("end").addEventListener("click", () => stop?.());

page.hidden = false;
