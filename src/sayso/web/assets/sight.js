// The scrolling picture: the last seconds of sound, with the words where they were heard.

import { color, fit, keepDrawn, loudestOf, melImage } from "./draw.js";
import { HOP, LogMelStream } from "./log-mel.js";

const SHOWN_S = 6;
const HOPS_PER_S = 16000 / HOP;
const SHOWN = SHOWN_S * HOPS_PER_S;
const WORDS_HEIGHT = 30; // pixels below the picture

export class Sight {
  constructor(canvas) {
    this.canvas = canvas;
    this.clear();
    keepDrawn(canvas, () => this.draw());
  }

  clear() {
    this.stream = new LogMelStream();
    this.columns = [];
    this.heard = 0; // columns since the beginning
    this.marks = [];
    this.draw();
  }

  /** Takes a block of samples, floats at 16 kHz. */
  push(block) {
    const added = this.stream.push(block);
    this.heard += added.length;
    this.columns = [...this.columns, ...added].slice(-SHOWN);
    this.#drawSoon();
  }

  /** Remembers a word and where it was, in seconds since the beginning. */
  mark({ word, start_s, end_s }) {
    this.marks = [...this.marks.slice(-20), { word, start_s, end_s }];
    this.#drawSoon();
  }

  /** Draws at the next frame, for which a hidden page waits until it is seen. */
  #drawSoon() {
    this.frame ??= requestAnimationFrame(() => this.draw());
  }

  draw() {
    this.frame = null;
    const { context, width, height } = fit(this.canvas);
    const tall = height - WORDS_HEIGHT;
    context.fillStyle = color("--sheet");
    context.beginPath();
    context.roundRect(0, 0, width, tall, 8);
    context.fill();
    context.save();
    context.clip();
    if (this.columns.length) {
      const wide = (this.columns.length / SHOWN) * width;
      context.drawImage(melImage(this.columns, loudestOf(this.columns)), width - wide, 0, wide, tall);
    }
    context.restore();
    this.#drawWords(context, width, height);
  }

  #drawWords(context, width, height) {
    const place = (s) => width - ((this.heard / HOPS_PER_S - s) / SHOWN_S) * width;
    context.font = `600 14px ${getComputedStyle(this.canvas).fontFamily}`;
    context.textAlign = "center";
    for (const { word, start_s, end_s } of this.marks) {
      const [from, to] = [place(start_s), place(end_s)];
      if (to < 0) continue;
      context.fillStyle = color("--accent");
      context.fillRect(from, height - WORDS_HEIGHT + 3, to - from, 3);
      context.fillStyle = color("--ink");
      context.fillText(word, (from + to) / 2, height - 8);
    }
  }
}
