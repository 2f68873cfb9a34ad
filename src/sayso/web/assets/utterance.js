// One utterance out of the microphone's blocks: it begins when somebody speaks and ends by itself.
// The same rule as sayso.recognition.utterance, to whose answers a test holds it.

import { RATE } from "./clip.js";

const WAIT_S = 6; // for somebody to speak
const LONGEST_S = 3; // of an utterance
const QUIET_S = 0.6; // after which it has ended
const BEFORE_S = 0.3; // kept of what came before
const ABOVE = 4; // times the room's own amplitude: 12 dB
const LEAST = 0.003; // RMS

export class Utterance {
  constructor() {
    this.blocks = [];
    this.first = null; // the block with which speech began
    this.room = Infinity; // RMS of the quietest block
    this.waited = this.spoken = this.quiet = 0; // samples
  }

  /** Takes a block of 16-bit samples; true once the utterance, or the wait for it, is over. */
  push(block) {
    const power = block.reduce((sum, sample) => sum + (sample / 32768) ** 2, 0) / block.length;
    const level = Math.sqrt(power);
    if (level) this.room = Math.min(this.room, level); // a device that starts sends zeros
    const speaks = level > Math.max(LEAST, ABOVE * this.room);
    this.blocks.push(block);
    if (this.first === null && !speaks) {
      this.waited += block.length;
      return this.waited >= WAIT_S * RATE;
    }
    this.first ??= this.blocks.length - 1;
    this.spoken += block.length;
    this.quiet = speaks ? 0 : this.quiet + block.length;
    return this.quiet >= QUIET_S * RATE || this.spoken >= LONGEST_S * RATE;
  }

  /** The utterance with a little before it; where no speech stood out, all there is. */
  samples() {
    let from = this.first ?? 0;
    for (let kept = 0; from > 0 && kept < BEFORE_S * RATE; from--) kept += this.blocks[from - 1].length;
    return Int16Array.from(this.blocks.slice(from).flatMap((block) => [...block]));
  }
}
