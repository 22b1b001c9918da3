// Runs beside the page's own thread: the microphone's sound as 16-bit blocks at a rate of ours.
//
// Each sample is a windowed sinc over what came in, cut off below half of the lower rate: plain
// picking would fold hiss and s-sounds down into the voice.
const ZEROS = 12;
const STEPS = 256;

class Microphone extends AudioWorkletProcessor {
  constructor(options) {
    super();
    this.step = sampleRate / options.processorOptions.rate;
    this.cut = 0.92 * Math.min(1, 1 / this.step);
    this.reach = Math.ceil(ZEROS / this.cut);
    this.kernel = this.sinc();
    this.kept = new Float32Array(this.reach);
    this.at = this.reach;
  }

  sinc() {
    const kernel = new Float32Array(this.reach * STEPS + 2);
    for (let i = 0; i < kernel.length; i += 1) {
      const x = i / STEPS;
      const angle = Math.PI * this.cut * x;
      const window = x < this.reach ? 0.5 + 0.5 * Math.cos((Math.PI * x) / this.reach) : 0;
      kernel[i] = this.cut * window * (angle === 0 ? 1 : Math.sin(angle) / angle);
    }
    return kernel;
  }

  process(inputs) {
    const channels = inputs[0];
    if (!channels.length) return true;
    const length = channels[0].length;
    const sound = new Float32Array(this.kept.length + length);
    sound.set(this.kept);
    for (let i = 0; i < length; i += 1) {
      let sum = 0;
      for (const channel of channels) sum += channel[i];
      sound[this.kept.length + i] = sum / channels.length;
    }
    const made = [];
    while (this.at + this.reach < sound.length) {
      made.push(this.sample(sound, this.at));
      this.at += this.step;
    }
    const gone = Math.max(0, Math.floor(this.at) - this.reach);
    this.kept = sound.slice(gone);
    this.at -= gone;
    if (made.length) {
      const block = Int16Array.from(made, (v) => Math.max(-32768, Math.min(32767, 32767 * v)));
      this.port.postMessage(block, [block.buffer]);
    }
    return true;
  }

  sample(sound, at) {
    let sum = 0;
    for (let i = Math.ceil(at - this.reach); i <= at + this.reach; i += 1) {
      const place = Math.abs(i - at) * STEPS;
      const before = Math.floor(place);
      const share = place - before;
      sum += sound[i] * ((1 - share) * this.kernel[before] + share * (this.kernel[before + 1] || 0));
    }
    return sum;
  }
}

registerProcessor("microphone", Microphone);
