// Pieces of sound: played, and wrapped as WAV to be sent.

export const RATE = 16000; // Hz

let context = null;
let playing = null;

/** 16-bit samples as floats in [-1, 1). */
export function floats(samples) {
  return Float32Array.from(samples, (sample) => sample / 32768);
}

/**
 * Plays samples; what was playing stops.
 *
 * @param {Float32Array} samples at 16 kHz.
 * @returns {{time: () => number, ended: Promise<void>}} the seconds played, and the end.
 */
export function play(samples) {
  context ??= new AudioContext();
  context.resume();
  stop();
  const buffer = context.createBuffer(1, Math.max(1, samples.length), RATE);
  buffer.copyToChannel(samples, 0);
  const source = new AudioBufferSourceNode(context, { buffer });
  source.connect(context.destination);
  const start = context.currentTime;
  source.start();
  playing = source;
  return {
    time: () => context.currentTime - start,
    ended: new Promise((resolve) => source.addEventListener("ended", resolve)),
  };
}

/** Stops what is playing; its `ended` comes then. */
export function stop() {
  playing?.stop();
}

/** Fetches a WAV file of 16-bit mono at 16 kHz from this server, and plays it. */
export async function playFile(address) {
  const response = await fetch(address);
  const content = await response.arrayBuffer();
  play(floats(new Int16Array(content, HEADER_BYTES)));
}

const HEADER_BYTES = 44;

/** 16-bit samples at 16 kHz as a WAV file. */
export function wav(samples) {
  const bytes = samples.length * 2;
  const header = new DataView(new ArrayBuffer(HEADER_BYTES));
  const text = (at, letters) => [...letters].forEach((c, i) => header.setUint8(at + i, c.charCodeAt(0)));
  text(0, "RIFF");
  header.setUint32(4, HEADER_BYTES - 8 + bytes, true);
  text(8, "WAVEfmt ");
  header.setUint32(16, 16, true); // bytes of what follows
  header.setUint16(20, 1, true); // PCM
  header.setUint16(22, 1, true); // channels
  header.setUint32(24, RATE, true);
  header.setUint32(28, RATE * 2, true); // bytes a second
  header.setUint16(32, 2, true); // bytes a frame
  header.setUint16(34, 16, true); // bits
  text(36, "data");
  header.setUint32(40, bytes, true);
  return new Blob([header, samples], { type: "audio/wav" });
}
