// The picture of sound that the recognizer looks at: 40 bands from low to high, every 10 ms.
// The same numbers as in sayso's network/features.py, before it takes each clip's mean away.

export const MELS = 40;
export const HOP = 160; // samples, 10 ms
export const WINDOW = 480; // samples, 30 ms
const POINTS = 512;
const RATE = 16000;
const [LOWEST_HZ, HIGHEST_HZ] = [20, 7600];
const QUIETEST = 1e-7; // power added to each band, about that of one bit of a 16-bit sample

const hann = Float64Array.from({ length: WINDOW }, (_, n) =>
  0.5 + 0.5 * Math.cos((Math.PI * (n + 0.5 - WINDOW / 2)) / (WINDOW / 2)));
const filters = melFilters();
const { cosine, sine, reversed } = tables();

/** The log power of each band of 480 samples, Float32Array(40), the lowest band first. */
export function column(samples) {
  const real = new Float64Array(POINTS);
  const imaginary = new Float64Array(POINTS);
  for (let n = 0; n < WINDOW; n++) real[reversed[n]] = samples[n] * hann[n];
  transform(real, imaginary);
  return Float32Array.from(filters, ({ first, weights }) => {
    let power = 0;
    for (let k = 0; k < weights.length; k++) {
      power += weights[k] * (real[first + k] ** 2 + imaginary[first + k] ** 2);
    }
    return Math.log(power + QUIETEST);
  });
}

/** The columns of a whole sound. */
export function columns(samples, hop = HOP) {
  const found = [];
  for (let start = 0; start + WINDOW <= samples.length; start += hop) {
    found.push(column(samples.subarray(start, start + WINDOW)));
  }
  return found;
}

/** Turns blocks of any size into columns as they become complete. */
export class LogMelStream {
  #rest = new Float32Array(0);

  push(block) {
    const samples = new Float32Array(this.#rest.length + block.length);
    samples.set(this.#rest);
    samples.set(block, this.#rest.length);
    const found = columns(samples);
    this.#rest = samples.slice(found.length * HOP);
    return found;
  }
}

/** The FFT of Cooley and Tukey, in place, of samples in bit-reversed order. */
function transform(real, imaginary) {
  for (let size = 2; size <= POINTS; size *= 2) {
    const half = size / 2;
    const stride = POINTS / size;
    for (let start = 0; start < POINTS; start += size) {
      for (let k = 0; k < half; k++) {
        const [low, high] = [start + k, start + k + half];
        const [c, s] = [cosine[k * stride], sine[k * stride]];
        const re = real[high] * c + imaginary[high] * s;
        const im = imaginary[high] * c - real[high] * s;
        real[high] = real[low] - re;
        imaginary[high] = imaginary[low] - im;
        real[low] += re;
        imaginary[low] += im;
      }
    }
  }
}

function tables() {
  const bits = Math.log2(POINTS);
  const turn = (n) => {
    let result = 0;
    for (let bit = 0; bit < bits; bit++) result |= ((n >> bit) & 1) << (bits - 1 - bit);
    return result;
  };
  const angle = (k) => (2 * Math.PI * k) / POINTS;
  return {
    cosine: Float64Array.from({ length: POINTS / 2 }, (_, k) => Math.cos(angle(k))),
    sine: Float64Array.from({ length: POINTS / 2 }, (_, k) => Math.sin(angle(k))),
    reversed: Uint16Array.from({ length: POINTS }, (_, n) => turn(n)),
  };
}

/** Triangles evenly spaced on the mel scale: each its first bin and its weights. */
function melFilters() {
  const mel = (hertz) => 2595 * Math.log10(1 + hertz / 700);
  const hertz = (mels) => 700 * (10 ** (mels / 2595) - 1);
  const step = (mel(HIGHEST_HZ) - mel(LOWEST_HZ)) / (MELS + 1);
  const edge = (index) => hertz(mel(LOWEST_HZ) + index * step);
  return Array.from({ length: MELS }, (_, band) => {
    const [low, centre, high] = [edge(band), edge(band + 1), edge(band + 2)];
    const first = Math.ceil((low / RATE) * POINTS);
    const last = Math.floor((high / RATE) * POINTS);
    const weights = Float64Array.from({ length: last - first + 1 }, (_, k) => {
      const bin = ((first + k) * RATE) / POINTS;
      return Math.max(0, Math.min((bin - low) / (centre - low), (high - bin) / (high - centre)));
    });
    return { first, weights };
  });
}
