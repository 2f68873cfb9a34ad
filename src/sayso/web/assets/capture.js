// The audio thread's end of the microphone: samples come 128 at a time and leave as blocks.

const BLOCK_SAMPLES = 640; // 40 ms at 16 kHz: little to wait for, 25 messages a second

class Capture extends AudioWorkletProcessor {
  constructor() {
    super();
    this.block = new Int16Array(BLOCK_SAMPLES);
    this.filled = 0;
  }

  process([channels]) {
    const count = channels[0]?.length ?? 0;
    for (let i = 0; i < count; i++) {
      let sum = 0;
      for (const channel of channels) sum += channel[i];
      const sample = Math.round((sum / channels.length) * 32768);
      this.block[this.filled++] = Math.max(-32768, Math.min(32767, sample));
      if (this.filled === BLOCK_SAMPLES) this.send();
    }
    return true;
  }

  send() {
    this.port.postMessage(this.block, [this.block.buffer]);
    this.block = new Int16Array(BLOCK_SAMPLES);
    this.filled = 0;
  }
}

registerProcessor("capture", Capture);
