// A dropped recording: what is in it, and which part of it decided.

import { floats, play, playFile, RATE, stop, wav } from "./clip.js";
import { drawMel, drawWave, keepDrawn } from "./draw.js";
import { columns, HOP } from "./log-mel.js";
import { percent, seconds, Words } from "./words.js";

const MOST_COLUMNS = 1500; // of the picture of a long sound
const SAID = { _unknown_: "no command", _silence_: "silence" };

const still = matchMedia("(prefers-reduced-motion: reduce)");
const find = (selector) => document.querySelector(selector);
const said = (word) => SAID[word] ?? word;
let shown = null; // the samples and the answer on the page
let asked = 0;

find("#file").addEventListener("change", ({ target }) => {
  if (target.files[0]) explain(target.files[0]);
  target.value = ""; // the same file may be chosen again
});
addEventListener("dragover", (event) => {
  event.preventDefault();
  find(".drop").classList.add("over");
});
addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) find(".drop").classList.remove("over");
});
addEventListener("drop", (event) => {
  event.preventDefault();
  find(".drop").classList.remove("over");
  const { files } = event.dataTransfer;
  if (files.length === 1) explain(files[0]);
  else if (files.length) refuse(`These are ${files.length} files: drop one at a time.`);
  else refuse("That is no file: drop a sound file.");
});
find("#play").addEventListener("click", async ({ target }) => {
  if (target.textContent === "Stop") {
    stop();
    return;
  }
  target.textContent = "Stop";
  await listenTo(0, shown.samples.length / RATE);
  target.textContent = "Play";
});
keepDrawn(find("#wave"), draw);

function tell(sentence) {
  find("#file-state").textContent = sentence;
  bring("#file-state");
}

/** Says why there is no answer; one that is on its way is not shown any more. */
function refuse(sentence) {
  asked++;
  stop();
  find("#answer").hidden = true;
  tell(sentence);
}

/** Scrolls to what would not be seen: a file may be dropped far away from here. */
function bring(selector) {
  const behavior = still.matches ? "instant" : "smooth";
  find(selector).scrollIntoView({ block: "nearest", behavior });
}

async function post(address, body) {
  const response = await fetch(address, { method: "POST", body });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

/** Asks the server about a file and shows what it says. */
async function explain(file) {
  const number = ++asked;
  tell(`Looking into ${file.name} …`);
  let answer;
  try {
    await file.slice(0, 1).arrayBuffer(); // of a folder, for one, there is none
    answer = await post("/explain", file);
  } catch (error) {
    if (number !== asked) return;
    refuse(error instanceof TypeError ? "The server is gone: start it again."
      : error instanceof DOMException ? `${file.name} is no file that can be read: drop a sound file.`
        : error.message);
    return;
  }
  if (number !== asked) return; // another file was dropped meanwhile
  const bytes = Uint8Array.from(atob(answer.samples), (letter) => letter.charCodeAt(0));
  const pcm = new Int16Array(bytes.buffer);
  shown = { ...answer, pcm, samples: floats(pcm), name: file.name };
  shown.mel = columns(shown.samples, Math.max(HOP, Math.ceil(pcm.length / MOST_COLUMNS)));
  show();
  findNearest(number);
}

function show() {
  const { word, confidence, ranked, commands, name } = shown;
  stop();
  tell(`${name}: ${commands.length > 1 ? `${commands.length} commands` : said(word)}.`);
  find("#answer").hidden = false;
  find("#answer-word").replaceChildren(
    Object.assign(document.createElement("strong"), { textContent: said(word) }),
    ` ${percent(confidence)}`,
  );
  const words = new Words(find("#ranked"), ranked.map((each) => said(each.word)));
  words.set(ranked.map((each) => each.confidence));
  find("#wave-caption").textContent = caption();
  showCommands(commands);
  draw();
  bring(".file");
}

function caption() {
  const { word, kept, decided, seconds: length } = shown;
  const { confidence } = decided;
  const cut = !kept ? "Nothing stands out from the noise, so nothing would be trimmed."
    : kept.start_s <= 0 && kept.end_s >= length ? "There is no silence to trim."
      : `Trimming would keep ${seconds(kept.start_s)} to ${seconds(kept.end_s)}.`;
  const { start_s, end_s, confidence: left } = decided.worst;
  const fall = left < confidence
    ? `What decided is warm: without ${seconds(start_s)} to ${seconds(end_s)}, `
      + `${said(word)} falls from ${percent(confidence)} to ${percent(left)}.`
    : `No single tenth of a second decided: without any of them it stays ${said(word)}.`;
  return `${fall} ${cut}`;
}

function draw() {
  if (!shown || find("#answer").hidden) return;
  const { drops, step_s, start_s } = shown.decided;
  const most = Math.max(...drops, 1e-6);
  const weight = (second) => Math.max(0, drops[Math.floor((second - start_s) / step_s)] ?? 0) / most;
  drawWave(find("#wave"), shown.samples, weight, shown.kept, RATE);
  drawMel(find("#mel"), shown.mel);
}

function showCommands(commands) {
  find("#commands").hidden = !commands.length;
  find("#commands tbody").replaceChildren(...commands.map((command) => {
    const row = document.createElement("tr");
    for (const text of [seconds(command.start_s), seconds(command.end_s), command.word,
      percent(command.confidence)]) row.insertCell().textContent = text;
    row.insertCell().append(playButton(`${command.word} at ${seconds(command.start_s)}`,
      () => listenTo(command.start_s, command.end_s)));
    return row;
  }));
}

function playButton(name, action) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "play", textContent: "▶" });
  button.setAttribute("aria-label", `Hear ${name}`);
  button.addEventListener("click", action);
  return button;
}

/** Plays a part, with a line that moves along the pictures. */
async function listenTo(start_s, end_s) {
  const line = find("#playhead");
  const { samples } = shown;
  const length = samples.length / RATE;
  const playing = play(samples.subarray(start_s * RATE, end_s * RATE));
  let over = false;
  const move = () => {
    line.hidden = over;
    line.style.left = `${(100 * Math.min(start_s + playing.time(), length)) / length}%`;
    if (!over) requestAnimationFrame(move);
  };
  move();
  await playing.ended;
  over = true;
}

/** The bundled clips that sound most like the second that was judged. */
async function findNearest(number) {
  const list = find("#nearest");
  const state = find("#nearest-state");
  list.replaceChildren();
  state.textContent = "Listening through the clips in the package …";
  try {
    const first = Math.round(shown.start_s * RATE);
    const nearest = await post("/nearest", wav(shown.pcm.slice(first, first + RATE)));
    if (number !== asked) return;
    state.textContent = "Of the clips in the package, by the angle between what the model makes of them.";
    list.replaceChildren(...nearest.map(({ word, similarity, clip }) => {
      const item = document.createElement("li");
      const name = Object.assign(document.createElement("strong"), { textContent: word });
      const likeness = Object.assign(document.createElement("span"), { className: "soft" });
      likeness.textContent = similarity.toFixed(3);
      item.append(playButton(word, () => playFile(clip)), name, likeness);
      return item;
    }));
  } catch (error) {
    if (number === asked) state.textContent = error.message;
  }
}
