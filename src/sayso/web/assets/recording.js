// A place for a recording of the reader's own: from the microphone or a file, to the server's memory.
// It is left out of the static copy, whose script may not import anything: so lesson.js finds it here.

import { Microphone, SAMPLE_RATE } from "./microphone.js";
import { getKept, keep } from "./stored.js";

const SECONDS = 2; // enough for a word and a late start
const FLOOR_DB = -60; // the level's lower end
const LATEST = "sayso.recording"; // what the reader gave last, offered to the other panels too
const arrived = new EventTarget();

function latest() {
  return JSON.parse(getKept("sessionStorage", LATEST) ?? "null");
}

globalThis.SaysoRecording = class Recording {
  /**
   * @param {HTMLFieldSetElement} element
   * @param {string} name of the recording that the page's address holds, or ""
   * @param {(name: string) => void} changed told of another one; "" is the bundled clip
   */
  constructor(element, name, changed) {
    this.element = element;
    this.changed = changed;
    this.name = element.dataset.name;
    this.file = element.querySelector("input");
    [this.record, this.reuse, this.bundled] = [".record", ".reuse", ".bundled"]
      .map((each) => element.querySelector(each));
    this.level = element.querySelector(".level");
    this.told = element.querySelector(".told");
    this.audio = element.querySelector("audio");
    this.record.hidden = !navigator.mediaDevices?.getUserMedia;
    this.record.addEventListener("click", () => (this.ended ? this.ended() : this.listen()));
    this.file.addEventListener("change", () => this.file.files.length && this.send(this.file.files[0]));
    this.reuse.addEventListener("click", () => this.use(latest().name, this.bundled));
    this.bundled.addEventListener("click", () => this.use("", this.record.hidden ? this.file : this.record));
    arrived.addEventListener("recording", () => this.show());
    this.value = name;
    this.show();
  }

  /** Takes a recording of that name, or the bundled clip for "". */
  use(name, focused = null) {
    this.value = name;
    this.told.textContent = "";
    if (!name) this.file.value = "";
    this.show();
    focused?.focus(); // the button that was pressed has gone
    this.changed(name);
  }

  /** The server no longer has it: the bundled clip is back. */
  lose(sentence) {
    if (latest()?.name === this.value) keep("sessionStorage", LATEST, "null");
    this.use("");
    arrived.dispatchEvent(new Event("recording"));
    this.told.textContent = sentence;
  }

  show() {
    const known = latest();
    this.bundled.hidden = this.audio.hidden = !this.value;
    this.reuse.hidden = !known || known.name === this.value;
    const source = `sounds/${this.value}.wav`;
    if (this.value && this.audio.getAttribute("src") !== source) this.audio.src = source;
    if (this.value && known?.name === this.value) {
      this.told.textContent = `Your recording, ${known.seconds.toFixed(1)} s.`;
    }
  }

  /** Sends a sound file; what cannot be used is told beside it. */
  async send(file) {
    this.told.textContent = "Sending…";
    let answer;
    try {
      const response = await fetch("sounds", { method: "POST", body: file });
      answer = await response.json();
    } catch {
      answer = { error: "sayso does not answer: is it still running?" };
    }
    if (answer.error) {
      this.told.textContent = answer.error;
      return;
    }
    keep("sessionStorage", LATEST, JSON.stringify(answer));
    this.use(answer.name);
    arrived.dispatchEvent(new Event("recording"));
  }

  /** Records for two seconds, or until the button is pressed again, which throws it away. */
  async listen() {
    const samples = new Int16Array(SECONDS * SAMPLE_RATE);
    const [meter, countdown] = [this.level.querySelector("meter"), this.level.querySelector("output")];
    let filled = 0;
    let end;
    const ending = new Promise((resolve) => { end = resolve; });
    const take = (block) => {
      const piece = block.subarray(0, samples.length - filled);
      samples.set(piece, filled);
      filled += piece.length;
      meter.value = loudness(block);
      countdown.textContent = `${((samples.length - filled) / SAMPLE_RATE).toFixed(1)} s`;
      if (filled === samples.length) end(true);
    };
    this.ended = () => end(false);
    this.record.textContent = "Cancel";
    this.told.textContent = "";
    try {
      const microphone = await Microphone.open(take, () => end(false));
      this.level.hidden = false;
      this.told.textContent = "Speak now.";
      const whole = await ending;
      microphone.close();
      this.told.textContent = "";
      if (whole) {
        this.file.value = "";
        await this.send(new Blob([header(samples.byteLength), samples]));
      }
    } catch (error) {
      this.told.textContent = error.message;
    }
    this.ended = null;
    this.level.hidden = true;
    this.record.textContent = "Record two seconds";
  }
};

/** How loud a block is, from 0 to 1 on a scale of decibels. */
function loudness(block) {
  let sum = 0;
  for (const sample of block) sum += (sample / 32768) ** 2;
  const db = 10 * Math.log10(sum / block.length + 1e-12);
  return Math.max(0, 1 - db / FLOOR_DB);
}

/** The 44 bytes before 16-bit samples that make them a WAV file. */
function header(bytes) {
  const view = new DataView(new ArrayBuffer(44));
  const text = (at, letters) => [...letters].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, 36 + bytes, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true); // PCM
  view.setUint16(22, 1, true); // channel
  view.setUint32(24, SAMPLE_RATE, true);
  view.setUint32(28, 2 * SAMPLE_RATE, true);
  view.setUint16(32, 2, true); // bytes a frame
  view.setUint16(34, 16, true); // bits a sample
  text(36, "data");
  view.setUint32(40, bytes, true);
  return view.buffer;
}
