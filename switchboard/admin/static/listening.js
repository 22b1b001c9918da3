// The microphone, for pages that take sound from it: blocks at a rate, and how loud it is.

export class NoMicrophone extends Error {}

// Asks for the microphone. Throws NoMicrophone with a sentence for whoever sits there.
export async function openMicrophone({ clean = true } = {}) {
  if (!navigator.mediaDevices) {
    throw new NoMicrophone(
      "The browser gives its microphone to encrypted pages only; open this one by https.",
    );
  }
  try {
    // For recordings, nothing may smooth the voice; for calls, the prompt must not come back.
    return await navigator.mediaDevices.getUserMedia({
      audio: { echoCancellation: clean, noiseSuppression: false, autoGainControl: clean },
    });
  } catch {
    throw new NoMicrophone(
      "The browser was not allowed to use a microphone; allow it, then try again.",
    );
  }
}

// Hands blocks (Int16Array) to `take` until the context is closed.
export async function listen(context, stream, rate, take) {
  await context.audioWorklet.addModule(new URL("./microphone.js", import.meta.url));
  const node = new AudioWorkletNode(context, "microphone", {
    numberOfOutputs: 0,
    processorOptions: { rate },
  });
  node.port.onmessage = ({ data }) => take(data);
  context.createMediaStreamSource(stream).connect(node);
}

// The loudest sample of a block, from 0 to 1.
export function peak(block) {
  let most = 0;
  for (const sample of block) most = Math.max(most, Math.abs(sample));
  return most / 32768;
}
