// Teaching a word: typed, said a few times, and listened for at once.

import { floats, play, RATE, wav } from "./clip.js";
import { drawWave, keepDrawn } from "./draw.js";
import { isListening, know, showLevel } from "./live.js";
import { Microphone } from "./microphone.js";
import { showTaught } from "./taught.js";
import { Utterance } from "./utterance.js";
import { seconds } from "./words.js";

/** What a word may be called, as sayso.recognition.teaching has it. */
export const NAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} '\u2019-]{0,39}$/u;

const find = (selector) => document.querySelector(selector);
const facts = JSON.parse(find("#main").dataset.facts);
const field = find("#word");
const recordButton = find("#record");
const meter = find("#teach .level");
const list = find("#takes");
let takes = []; // 16-bit samples each
let taught = []; // as GET /taught gives them
let words = facts.words;
let stopRecording = null; // while a take is being recorded
let isTeaching = false;
let isLearned = false; // the takes on the page: they do not belong to another word

if (facts.teaches) {
  recordButton.addEventListener("click", () => (stopRecording ? stopRecording() : record()));
  field.addEventListener("input", () => {
    if (isLearned) startOver();
    show();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || takes.length >= facts.fewest) return;
    event.preventDefault(); // what comes next is to record, not to teach
    if (usableWord()) recordButton.focus();
  });
  find("#lesson").addEventListener("submit", (event) => {
    event.preventDefault();
    teach();
  });
  find("#over").addEventListener("click", () => {
    clear();
    say("");
    show();
    field.focus();
  });
  keepDrawn(list, drawTakes);
  show();
  refresh().catch((error) => say(error.message, true));
}

function say(sentence, isFault = false) {
  const state = find("#lesson-state");
  state.textContent = sentence;
  state.classList.toggle("fault", isFault);
}

/** Asks the server; what goes wrong is an error with a sentence. */
async function ask(address, options = {}) {
  let answer;
  try {
    const response = await fetch(address, options);
    answer = await response.json();
  } catch {
    throw new Error("The server is gone: start it again.");
  }
  if (answer.error) throw new Error(answer.error);
  return answer;
}

function typedWord() {
  return field.value.trim().replace(/\s+/g, " ").normalize("NFC");
}

function isSame(word, other) {
  return word.toLowerCase() === other.toLowerCase();
}

/** The word, or nothing and a sentence that says why it cannot be taught. */
function usableWord() {
  const word = typedWord();
  const own = words.filter((known) => !taught.some((each) => each.word === known));
  const fault = !word ? "Type the word first."
    : !NAME.test(word) ? `“${word}” is no name for a word: write it as it is spoken.`
      : own.some((known) => isSame(known, word)) ? `It knows ${word} already: teach another word.`
        : null;
  field.setAttribute("aria-invalid", String(Boolean(fault)));
  if (!fault) return word;
  say(fault, true);
  field.focus();
  return null;
}

/** Records one take, until it is over or the button is pressed again, and has it judged. */
async function record() {
  if (isTeaching) return;
  const word = usableWord();
  if (!word) return;
  if (takes.length >= facts.most) {
    say(`${facts.most} takes are enough: teach ${word}, or remove one.`, true);
    return;
  }
  if (isLearned) startOver();
  const utterance = new Utterance();
  const over = new Promise((resolve) => { stopRecording = resolve; });
  const push = (block) => {
    showLevel(meter, floats(block));
    if (utterance.push(block)) stopRecording();
  };
  show();
  say("One moment …");
  try {
    const microphone = await Microphone.open(push, stopRecording);
    say(`Say ${word} now.`);
    await over;
    microphone.close();
    say("One moment …");
    await add(utterance);
  } catch (error) {
    say(error.message, true);
  }
  stopRecording = null;
  showLevel(meter, new Float32Array(1));
  show();
}

async function add(utterance) {
  const samples = utterance.samples();
  if (!samples.length) throw new Error("Nothing was heard: say it again.");
  await ask("/takes", { method: "POST", body: wav(samples) });
  takes.push(samples);
  const missing = facts.fewest - takes.length;
  const more = missing === 1 ? "Once more." : `${missing} times more.`;
  say(missing > 0 ? more : `That is enough. ${facts.most} takes make it surer still.`);
}

async function teach() {
  if (isTeaching || stopRecording) return;
  const word = usableWord();
  if (!word) return;
  const missing = facts.fewest - takes.length;
  if (missing > 0) {
    say(`Record ${word} ${missing === 1 ? "once" : `${missing} times`} more.`, true);
    recordButton.focus();
    return;
  }
  isTeaching = true;
  const { activeElement } = document;
  show();
  say(`Teaching ${word} …`);
  try {
    const query = new URLSearchParams();
    for (const samples of [...takes]) { // again: the server may have been restarted since
      const { take } = await ask("/takes", { method: "POST", body: wav(samples) });
      query.append("take", take);
    }
    const learned = await ask(`/taught/${encodeURIComponent(word)}?${query}`, { method: "PUT" });
    await refresh();
    isLearned = true;
    if (!learned.warnings.length) clear(); // else a take may be bad: they stay, to be heard
    const next = isListening() ? "Say it: it is listened for now." : "Press Listen at the top and say it.";
    say(`${word} is taught${learned.warnings.length ? ", with a remark in the list" : ""}. ${next}`);
  } catch (error) {
    say(error.message, true);
  }
  isTeaching = false;
  show();
  if (document.activeElement === document.body) activeElement.focus();
}

/** Forgets the takes, not the word. */
function startOver() {
  takes = [];
  isLearned = false;
}

function clear() {
  startOver();
  field.value = "";
}

/** Shows the words that are taught, and has all words listened for. */
async function refresh() {
  const answer = await ask("/taught");
  const isNew = JSON.stringify(answer) !== JSON.stringify({ taught, words });
  ({ taught, words } = answer);
  showTaught(find("#taught"), taught, forget);
  find("#none-taught").hidden = taught.length > 0;
  find("#teach .legend").hidden = !taught.length;
  if (isNew) know(words);
}

async function forget(word) {
  try {
    await ask(`/taught/${encodeURIComponent(word)}`, { method: "DELETE" });
    await refresh();
    say(`${word} is forgotten.`);
  } catch (error) {
    say(error.message, true);
    await refresh().catch(() => {}); // another page may have forgotten it
  }
  show();
  field.focus();
}

function show() {
  const word = typedWord();
  const before = taught.find((each) => isSame(each.word, word));
  const help = find("#word-help");
  help.textContent = before && !isLearned ? "Taught already: these takes will replace the old ones." : "";
  recordButton.setAttribute("aria-pressed", String(stopRecording !== null));
  recordButton.querySelector(".name").textContent = stopRecording ? "Stop" : "Record";
  find("#learn").textContent = word ? `Teach ${word}` : "Teach";
  find("#learn").classList.toggle("ready", takes.length >= facts.fewest);
  find("#over").hidden = !takes.length;
  for (const part of find("#lesson").querySelectorAll(".word, #record, #takes, .finish")) {
    part.inert = isTeaching; // all but what is said meanwhile
  }
  showTakes();
}

function showTakes() {
  const items = takes.map((samples, index) => {
    const item = document.createElement("li");
    const name = `take ${index + 1}`;
    const hear = button("▶", "play", `Hear ${name}`, () => play(floats(samples)));
    const remove = button("Remove", "mark", `Remove ${name}`, () => {
      takes.splice(index, 1);
      say("");
      show();
      recordButton.focus();
    });
    const wave = Object.assign(document.createElement("canvas"), { className: "wave" });
    wave.setAttribute("role", "img");
    wave.setAttribute("aria-label", `The sound of ${name}`);
    const length = document.createElement("span");
    length.textContent = seconds(samples.length / RATE);
    item.append(hear, wave, length, remove);
    return item;
  });
  for (let number = takes.length + 1; number <= facts.fewest; number++) {
    const item = Object.assign(document.createElement("li"), { className: "open" });
    item.textContent = `Take ${number}`;
    items.push(item);
  }
  list.replaceChildren(...items);
  drawTakes();
}

function drawTakes() {
  list.querySelectorAll("canvas").forEach((canvas, index) => {
    drawWave(canvas, floats(takes[index]), () => 0, null, RATE);
  });
}

function button(text, className, name, action) {
  const element = Object.assign(document.createElement("button"), { type: "button", className });
  element.textContent = text;
  element.setAttribute("aria-label", name);
  element.addEventListener("click", action);
  return element;
}
