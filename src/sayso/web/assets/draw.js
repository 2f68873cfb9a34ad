// Pictures of sound in the page's own colours, sharp on every screen.

import { MELS } from "./log-mel.js";

const RANGE = 9; // of log power that is shown: 39 dB below the loudest
const FAINTEST = 0; // log power, of a soft voice: when nobody speaks, noise stays pale
const LEVELS = 256;

/** A colour of the page, by its name in the style sheet. */
export function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Calls `redraw` whenever what is drawn would look different: colours, width, sharpness. */
export function keepDrawn(canvas, redraw) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    ramp = null;
    redraw();
  });
  new ResizeObserver(redraw).observe(canvas);
}

/** Fits a canvas to its place; lengths are then CSS pixels. */
export function fit(canvas) {
  const scale = devicePixelRatio;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
  }
  const context = canvas.getContext("2d");
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

let ramp = null;

/** 256 colours, each 32 bits, from nothing to loud: paper, accent, ink. */
function colors() {
  if (ramp) return ramp;
  const strip = new OffscreenCanvas(LEVELS, 1).getContext("2d");
  const gradient = strip.createLinearGradient(0, 0, LEVELS, 0);
  gradient.addColorStop(0, color("--sheet"));
  gradient.addColorStop(0.65, color("--accent"));
  gradient.addColorStop(1, color("--ink"));
  strip.fillStyle = gradient;
  strip.fillRect(0, 0, LEVELS, 1);
  ramp = new Uint32Array(strip.getImageData(0, 0, LEVELS, 1).data.buffer);
  return ramp;
}

/** Log-mel columns as an image of one pixel a value; nothing where a column is missing. */
export function melImage(columns, loudest) {
  const image = new ImageData(Math.max(1, columns.length), MELS);
  const pixels = new Uint32Array(image.data.buffer);
  const palette = colors();
  columns.forEach((column, x) => {
    for (let band = 0; column && band < MELS; band++) {
      const share = Math.max(0, Math.min(1, 1 + (column[band] - loudest) / RANGE));
      pixels[(MELS - 1 - band) * image.width + x] = palette[Math.round(share * (LEVELS - 1))];
    }
  });
  const picture = new OffscreenCanvas(image.width, MELS);
  picture.getContext("2d").putImageData(image, 0, 0);
  return picture;
}

/** The log power that is drawn as the loudest. */
export function loudestOf(columns) {
  let loudest = FAINTEST;
  for (const column of columns) for (const value of column) loudest = Math.max(loudest, value);
  return loudest;
}

/**
 * Draws a waveform in which the colour says how much each moment decided.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Float32Array} samples
 * @param {(second: number) => number} weight 0 to 1.
 * @param {{start_s: number, end_s: number} | null} kept what trimming would leave.
 * @param {number} rate Hz.
 */
export function drawWave(canvas, samples, weight, kept, rate) {
  const { context, width, height } = fit(canvas);
  const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 1e-4);
  const seconds = samples.length / rate;
  const [plain, decisive, gone] = [color("--soft"), color("--warm"), color("--line")];
  const step = 3; // pixels from one bar to the next
  for (let x = 0; x < width; x += step) {
    const first = Math.floor((x / width) * samples.length);
    const last = Math.max(first + 1, Math.floor(((x + step) / width) * samples.length));
    let peak = 0;
    for (let n = first; n < last && n < samples.length; n++) peak = Math.max(peak, Math.abs(samples[n]));
    const at = ((x + step / 2) / width) * seconds;
    const trimmed = kept && (at < kept.start_s || at > kept.end_s);
    const bar = Math.max(2, (peak / loudest) * (height - 8));
    context.globalAlpha = 1;
    context.fillStyle = trimmed ? gone : plain;
    context.fillRect(x, (height - bar) / 2, 2, bar);
    context.globalAlpha = trimmed ? 0 : weight(at);
    context.fillStyle = decisive;
    context.fillRect(x, (height - bar) / 2, 2, bar);
  }
  context.globalAlpha = 1;
  if (!kept) return;
  context.strokeStyle = color("--accent");
  context.setLineDash([3, 3]);
  for (const edge of [kept.start_s, kept.end_s]) {
    const x = Math.min(width - 0.5, Math.max(0.5, (edge / seconds) * width));
    context.beginPath();
    context.moveTo(x, 0);
    context.lineTo(x, height);
    context.stroke();
  }
}

/** Draws a log-mel picture over the whole of a canvas. */
export function drawMel(canvas, columns) {
  const { context, width, height } = fit(canvas);
  if (!columns.length) return;
  context.imageSmoothingEnabled = true;
  context.drawImage(melImage(columns, loudestOf(columns)), 0, 0, width, height);
}
