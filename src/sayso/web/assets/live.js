// The page that listens: the microphone's blocks go to the server, what it hears comes back.

import { floats, play, RATE, wav } from "./clip.js";
import { Microphone } from "./microphone.js";
import { Sight } from "./sight.js";
import { getKept, keep } from "./stored.js";
import { percent, seconds, Words } from "./words.js";

const CLIP_S = 1; // what a recognizer is trained with
const REMEMBERED = 8 * RATE; // samples, for clips of what was just heard
const RECENT = 50; // blocks, two seconds: a browser that is busy loses sound, and its clock drifts
const MOST_HEARD = 50; // in the list; older ones go
const QUIETEST_DB = -60; // of the level's bar

const find = (selector) => document.querySelector(selector);
const make = (tag, facts = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), facts);
  element.append(...children);
  return element;
};
const facts = JSON.parse(find("#main").dataset.facts);
const button = find("#listen");
const meter = find("#listening .level");
let words = new Words(find("#listening .words"), facts.words);
const sight = new Sight(find("#sight"));
const latencies = [];

for (const part of document.querySelectorAll("[data-when]")) {
  part.hidden = !facts[part.dataset.when];
}
for (const part of document.querySelectorAll("[data-unless]")) {
  part.hidden = facts[part.dataset.unless];
}
const speaker = find("#speaker");
speaker.value = getKept("localStorage", "speaker") ?? "me";
speaker.addEventListener("change", () => keep("localStorage", "speaker", speaker.value));

/** One conversation with the server, from pressing the button to pressing it again. */
class Listening {
  constructor() {
    this.past = new Int16Array(REMEMBERED);
    this.sent = 0; // samples
    this.beginnings = []; // of the stream by performance.now() in ms, as recent blocks tell it
  }

  async start() {
    say("One moment …");
    await this.connect();
    if (this.over) return;
    this.microphone = await Microphone.open((block) => this.send(block), () => {
      this.stop("The microphone is gone.");
    });
    if (this.over) this.microphone.close();
    else say("Listening.");
  }

  connect() {
    const socket = new WebSocket(`ws://${location.host}/listen`);
    this.socket = socket;
    socket.addEventListener("message", ({ data }) => this.hear(JSON.parse(data)));
    socket.addEventListener("close", () => this.stop("The server is gone: start it again."));
    return new Promise((resolve) => {
      socket.addEventListener("close", resolve);
      socket.addEventListener("open", () => {
        socket.send(JSON.stringify({ rate: RATE, hops: true }));
        resolve();
      });
    });
  }

  /** Sends a block, and keeps it. */
  send(block) {
    if (this.over || this.socket.readyState !== WebSocket.OPEN) return;
    this.socket.send(block);
    for (let n = 0; n < block.length; n++) this.past[(this.sent + n) % REMEMBERED] = block[n];
    this.sent += block.length;
    this.beginnings.push(performance.now() - (1000 * this.sent) / RATE);
    if (this.beginnings.length > RECENT) this.beginnings.shift();
    const samples = floats(block);
    showLevel(meter, samples);
    sight.push(samples);
  }

  hear(message) {
    if (message.type === "ready") this.words = message.words;
    if (message.type === "error") this.stop(message.message);
    if (message.type === "hop") this.show(message);
    if (message.type === "command") {
      const command = { ...message, clip: this.clip(message) };
      sight.mark(message);
      const item = list(command);
      if (!document.hidden) requestAnimationFrame(() => item.latency(this.latency(message)));
    }
  }

  show({ probabilities }) {
    const of = new Map(this.words.map((word, index) => [word, probabilities[index]]));
    words.set(facts.words.map((word) => of.get(word)));
  }

  /** The second around a word. */
  clip({ start_s, end_s }) {
    const middle = Math.round(((start_s + end_s) / 2) * RATE);
    const half = (CLIP_S * RATE) / 2;
    const last = Math.min(this.sent, middle + half);
    const first = Math.max(0, this.sent - REMEMBERED, last - 2 * half);
    return Int16Array.from({ length: last - first }, (_, n) => this.past[(first + n) % REMEMBERED]);
  }

  /** From the end of the sound to now, in seconds, and how much of it was listening on. */
  latency({ quiet_s, end_s, at_s }) {
    const began = Math.min(...this.beginnings); // the least late block; the others waited somewhere
    const now_s = (performance.now() - began) / 1000;
    const end = quiet_s ?? end_s; // while the sound goes on, the word's end is what the detector says
    return { whole: now_s - end, sure: at_s - end, measured: quiet_s !== null };
  }

  /** Lets go of the microphone and the server. */
  close() {
    this.over = true;
    this.microphone?.close();
    this.socket?.close();
  }

  stop(sentence = "Press the button to listen again.") {
    if (this.over) return;
    this.close();
    showLevel(meter, new Float32Array(1));
    words.set([]);
    pressed(false);
    say(sentence);
  }
}

let listening = null;

button.addEventListener("click", () => {
  if (isListening()) listening.stop();
  else listen();
});

async function listen() {
  pressed(true);
  const before = listening;
  const next = new Listening();
  listening = next;
  try {
    await next.start();
  } catch (error) {
    next.stop(error.message);
  }
  before?.close(); // only now, so that the microphone stays open
  sight.clear();
}

export function isListening() {
  return listening !== null && !listening.over;
}

/** Takes the words that are listened for now. Who is listening goes on, for the new ones too. */
export function know(known) {
  facts.words = known;
  words = new Words(find("#listening .words"), known);
  find("#count").textContent = known.length;
  if (isListening()) listen();
}

function pressed(on) {
  button.setAttribute("aria-pressed", String(on));
  button.querySelector(".name").textContent = on ? "Stop" : "Listen";
}

function say(sentence) {
  find("#state").textContent = sentence;
}

export function showLevel(meter, samples) {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  const level = Math.max(QUIETEST_DB, 10 * Math.log10(power + 1e-12));
  meter.setAttribute("aria-valuenow", level.toFixed(0));
  meter.firstElementChild.style.setProperty("--share", (1 - level / QUIETEST_DB).toFixed(3));
}

/** Puts a command at the top of the list. */
function list(command) {
  const item = make("li");
  const told = make("span", { className: "soft told" });
  const time = new Date().toLocaleTimeString();
  told.textContent = `${percent(command.confidence)} · ${time}`;
  const again = make("button", { type: "button", className: "play", textContent: "▶" });
  again.setAttribute("aria-label", `Hear ${command.word} again`);
  again.addEventListener("click", () => play(floats(command.clip)));
  item.append(again, make("strong", { textContent: command.word }), told, judge(item, command));
  find("#heard").prepend(item);
  find("#heard").children[MOST_HEARD]?.remove();
  find("#announced").textContent = `${command.word}, ${percent(command.confidence)}`;
  find(".none").hidden = true;
  item.latency = (latency) => {
    const about = latency.measured ? "" : "about ";
    told.append(` · ${about}${seconds(latency.whole)} after the word`);
    if (latency.measured) tellLatency(latency);
  };
  return item;
}

/** The buttons with which a command is marked right or wrong, and saved. */
function judge(item, command) {
  const right = make("button", { type: "button", className: "mark", textContent: "Right" });
  const wrong = make("button", { type: "button", className: "mark", textContent: "Wrong" });
  const others = facts.words.filter((word) => word !== command.word);
  const choice = make("select", {}, new Option("no command", "_unknown_"));
  choice.append(...others.map((word) => new Option(word, word)));
  const correction = make("label", { hidden: true }, "It was ", choice);
  const save = make("button", { type: "button", className: "mark", textContent: "Save" });
  save.disabled = true;
  save.hidden = !facts.saves;
  const told = make("span", { className: "soft" });
  told.setAttribute("role", "status");
  const mark = (verdict) => {
    item.dataset.verdict = verdict;
    right.setAttribute("aria-pressed", String(verdict === "right"));
    wrong.setAttribute("aria-pressed", String(verdict === "wrong"));
    correction.hidden = verdict !== "wrong";
    save.disabled = false;
  };
  right.setAttribute("aria-pressed", "false");
  wrong.setAttribute("aria-pressed", "false");
  right.addEventListener("click", () => mark("right"));
  wrong.addEventListener("click", () => mark("wrong"));
  choice.addEventListener("change", () => { save.disabled = false; });
  save.addEventListener("click", async () => {
    save.disabled = true;
    const word = item.dataset.verdict === "right" ? command.word : choice.value;
    const { saved, error } = await saveClip(word, command.clip);
    told.textContent = saved ? `saved as ${saved}` : error;
    if (!saved) save.disabled = false;
  });
  const buttons = make("span", { className: "judge" }, right, wrong, correction, save, told);
  return buttons;
}

/** Saves a clip under a word. Gives where it was `saved`, or an `error`: why not. */
async function saveClip(word, clip) {
  const query = new URLSearchParams({ speaker: speaker.value });
  try {
    const address = `/saved/${encodeURIComponent(word)}?${query}`;
    const response = await fetch(address, { method: "POST", body: wav(clip) });
    return await response.json();
  } catch {
    return { error: "The server is gone: start it again." };
  }
}

function tellLatency(latency) {
  latencies.push(latency);
  const median = (name) => {
    const sorted = latencies.map((each) => each[name]).sort((a, b) => a - b);
    return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
  };
  const [whole, sure] = [median("whole"), median("sure")];
  find("#latency").textContent = `Shown ${seconds(whole)} after the end of the word (median of `
    + `${latencies.length}): ${seconds(sure)} listening on to be sure, ${seconds(whole - sure)} `
    + "sending, recognizing and drawing. What the sound card takes comes on top.";
  find("#latency").dataset.seconds = whole.toFixed(3);
}
