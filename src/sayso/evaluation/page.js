const report = JSON.parse(document.getElementById("report").textContent);
const sounds = JSON.parse(document.getElementById("sounds").textContent);
const at = (id) => document.getElementById(id);
const percent = (share, digits = 1) => share === null ? "–" : `${(100 * share).toFixed(digits)}\u00a0%`;
const range = (ends, digits = 1) => `${percent(ends[0], digits)} to ${percent(ends[1], digits)}`;
const whole = (number) => number.toLocaleString("en");
const counted = (number, thing) => `${whole(number)} ${thing}${number === 1 ? "" : "s"}`;

function make(name, text, attributes = {}) {
  const element = document.createElement(name);
  if (text !== undefined) element.textContent = text;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

function fillTable(table, head, rows) {
  const line = (kind, cells) => {
    const row = make("tr");
    row.append(...cells.map((cell) => make(kind, cell)));
    return row;
  };
  const top = make("thead"), body = make("tbody");
  top.append(line("th", head));
  body.append(...rows.map((row) => line("td", row)));
  table.replaceChildren(top, body);
}

/* clips */

function card(number) {
  const answer = report.answers[number], place = make("article"), text = make("div");
  text.append(make("h4", answer.truth === answer.heard
    ? `${answer.truth}, heard at ${percent(answer.confidence)}`
    : `${answer.truth} → ${answer.heard} at ${percent(answer.confidence)}`));
  const more = [answer.clip ?? "a piece of background noise"];
  if (answer.truth !== answer.heard) more.push(`${answer.truth} at ${percent(answer.given)}`);
  if (answer.other) {
    more.push(`the other model: ${answer.other.heard} at ${percent(answer.other.confidence)}`);
  }
  if (!(number in sounds)) more.push("its sound is not in this page");
  text.append(make("p", more.join(" · ")));
  if (number in sounds) {
    const button = make("button", PLAY, { "aria-label": `play ${answer.clip ?? "the noise"}` });
    button.addEventListener("click", () => play(button, sounds[number]));
    place.append(button);
  }
  place.append(text);
  return place;
}

const PLAY = "▶", STOP = "■";
const player = new Audio();
let playing = null;

function rest() {
  player.pause();
  if (playing) playing.textContent = PLAY;
  playing = null;
}

function play(button, sound) {
  const again = playing === button;
  rest();
  if (again) return;
  playing = button;
  button.textContent = STOP;
  player.src = sound;
  player.play().catch(rest);
}

player.addEventListener("ended", rest);

function showCards(place, numbers, most = 48) { // those with sound first
  const sorted = [...numbers].sort((one, two) => (two in sounds) - (one in sounds));
  place.replaceChildren(...sorted.slice(0, most).map(card));
  if (sorted.length > most) {
    place.append(make("p", `and ${whole(sorted.length - most)} more, listed in report.json`));
  }
}

/* the confusion matrix */

const { words, matrix, orders } = report.confusion;
const perRow = matrix.map((row) => row.reduce((one, two) => one + two, 0));
let chosen = null;

function choose(row, column) {
  chosen = [row, column];
  for (const button of at("matrix").querySelectorAll("button")) {
    const own = +button.dataset.row === row && +button.dataset.column === column;
    button.setAttribute("aria-pressed", own);
  }
  const count = matrix[row][column], right = row === column;
  const numbers = Object.keys(report.answers).filter((number) => {
    const answer = report.answers[number];
    return answer.truth === words[row] && answer.heard === words[column];
  });
  at("cell-title").textContent = right
    ? `${words[row]}, rightly heard in ${counted(count, "clip")}` + (numbers.length ? "; the least sure:" : "")
    : `${words[row]}, taken for ${words[column]} in ${counted(count, "clip")}`;
  showCards(at("cell"), numbers);
}

function drawMatrix() {
  const order = orders[at("order").value];
  const kept = order.filter((number) => perRow[number] || matrix.some((row) => row[number]));
  const head = make("thead"), top = make("tr"), body = make("tbody");
  const corner = make("th", "said \\ heard", { scope: "col" });
  top.append(corner, ...kept.map((number) => {
    const cell = make("th", undefined, { scope: "col" });
    cell.append(make("span", words[number]));
    return cell;
  }));
  head.append(top);
  for (const row of kept) {
    const line = make("tr");
    line.append(make("th", words[row], { scope: "row" }));
    for (const column of kept) {
      const cell = make("td"), count = matrix[row][column];
      if (count) {
        const button = make("button", count, {
          "data-row": row, "data-column": column, tabindex: -1, "aria-pressed": false,
          "aria-label": `${words[row]} heard as ${words[column]}: ${count}`,
          title: `${words[row]} heard as ${words[column]}: ${count} of ${perRow[row]}`,
        });
        const share = count / perRow[row];
        const strength = Math.round(100 * (row === column ? 0.08 + 0.4 * share : 0.15 + 0.75 * Math.sqrt(share)));
        const tone = row === column ? "blue" : "orange";
        button.style.background = `color-mix(in srgb, var(--${tone}) ${strength}%, transparent)`;
        cell.append(button);
      }
      line.append(cell);
    }
    body.append(line);
  }
  at("matrix").replaceChildren(head, body);
  const first = at("matrix").querySelector("button");
  if (first) first.tabIndex = 0;
  if (chosen) choose(...chosen);
}

/* Where an arrow leads: to the cell beside it as one reads, or the nearest of the next row that has any. */
function neighbour(button, key) {
  const all = [...at("matrix").querySelectorAll("button")];
  const before = all.slice(0, all.indexOf(button)).reverse(), after = all.slice(all.indexOf(button) + 1);
  if (key === "ArrowLeft") return before[0];
  if (key === "ArrowRight") return after[0];
  const row = (one) => one.closest("tr"), column = (one) => one.closest("td").cellIndex;
  const off = (one) => Math.abs(column(one) - column(button));
  const others = (key === "ArrowUp" ? before : after).filter((one) => row(one) !== row(button));
  const next = others.filter((one) => row(one) === row(others[0]));
  return next.sort((one, two) => off(one) - off(two))[0];
}

function moveFocus(event) {
  if (!event.key.startsWith("Arrow")) return;
  event.preventDefault();
  neighbour(event.target, event.key)?.focus();
}

function keepTabbable({ target }) { // one cell at a time: Tab goes on to what is behind the matrix
  at("matrix").querySelector("[tabindex='0']").tabIndex = -1;
  target.tabIndex = 0;
}

/* words and numbers */

function size(speed, join) {
  const parameters = speed.parameters === null ? [] : [`${whole(speed.parameters)} parameters`];
  return [`${(speed.file_bytes / 1e6).toFixed(2)} MB`, ...parameters].join(join);
}

function tiles() {
  const rows = Object.entries(report.accuracy).map(([name, share]) => [
    percent(share.accuracy, 2), name, `${range(share.interval)}, ${counted(share.clips, "clip")}`,
  ]);
  const kept = report.confidence.at_5_percent_missed;
  rows.push([percent(report.confidence.calibration_error, 2), "calibration error", "0 is best"]);
  if (kept.unknown_passed.clips) {
    rows.push([percent(kept.unknown_passed.accuracy), "of other speech passes", `at ${percent(kept.missed.accuracy)} misses`]);
  }
  rows.push([`${report.speed.fastest_ms.toFixed(1)} ms`, "for a clip, on one thread",
    size(report.speed, ", ")]);
  at("tiles").replaceChildren(...rows.map(([value, ...notes]) => {
    const tile = make("div");
    tile.append(make("b", value), ...notes.map((note) => make("span", note)));
    return tile;
  }));
}

function texts() {
  at("name").textContent = `${report.model} on ${report.split}`;
  at("where").textContent = `${counted(report.clips, "clip")} of ${report.data}`;
  const { calibration_error: error, at_5_percent_missed: kept } = report.confidence;
  at("calibration").textContent =
    `On the diagonal a confidence can be believed: of the answers given at 80 % eight in ten are right. `
    + `On average the two differ by ${percent(error, 2)} (the expected calibration error). `
    + `At a confidence of ${percent(kept.threshold, 2)} ${percent(kept.missed.accuracy)} of the commands are missed`
    + (kept.unknown_passed.clips
      ? ` and ${percent(kept.unknown_passed.accuracy)} of other speech (${whole(kept.unknown_passed.right)} of ${whole(kept.unknown_passed.clips)} clips) pass for a command.`
      : `; there is no other speech here, so what passes cannot be said.`);
  const { speakers } = report;
  at("speakers-text").textContent =
    `${counted(speakers.speakers, "speaker")}, of whom ${whole(speakers.counted)} have ${speakers.fewest_clips} clips or more and are counted here, all classes. `
    + `The line shows how many there would be if everybody were understood equally well; where the bars go beyond it on the left, some voices are harder.`;
  fillTable(at("worst"), ["speaker", "clips", "right", "95 % interval"], speakers.worst.map((each) => [
    each.speaker, each.clips, percent(each.accuracy), range(each.interval)]));
  const { speed } = report;
  at("speed").textContent =
    `The file has ${size(speed, " and ")}. `
    + `A clip of a second takes ${speed.median_ms.toFixed(1)} ms in the median and ${speed.fastest_ms.toFixed(1)} ms at best, `
    + `of ${speed.runs} runs on one thread (${speed.machine}), from sound to probabilities.`;
  at("metadata").textContent = JSON.stringify(report.metadata, null, 2);
}

function comparison() {
  const both = report.against;
  if (!both) return;
  at("against").hidden = false;
  at("verdict").textContent = both.verdict;
  const among = both.words;
  let more = among.clips
    ? `Among the words alone: ${whole(among.only_model)} clips for ${report.model} alone, ${whole(among.only_other)} for ${both.other} alone, of ${whole(among.clips)} (p = ${among.p.toPrecision(2)}). ` : "";
  if (both.words_only_model.length) more += `Words only ${report.model} knows: ${both.words_only_model.join(", ")}. `;
  if (both.words_only_other.length) more += `Words only ${both.other} knows: ${both.words_only_other.join(", ")}.`;
  at("vocabulary").textContent = more;
  fillTable(at("changes"), ["word", "clips", `${report.model} alone`, `${both.other} alone`, "difference", "95 % interval", "p", ""],
    both.by_word.filter((each) => each.only_model || each.only_other).map((each) => [each.word, whole(each.clips), whole(each.only_model), whole(each.only_other),
      percent(each.difference), range(each.interval), each.p.toPrecision(2), each.real ? "real" : ""]));
  const title = (mine, numbers) => `${counted(numbers.length, "clip")} that ${mine} alone gets right`;
  at("only-model-title").textContent = title(report.model, both.only_model);
  at("only-other-title").textContent = title(both.other, both.only_other);
  showCards(at("only-model"), both.only_model, 12);
  showCards(at("only-other"), both.only_other, 12);
}

/* figures */

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const dark = matchMedia("(prefers-color-scheme: dark)");

const layout = (more) => ({
  paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", showlegend: false, height: 360,
  font: { color: colour("ink"), family: "system-ui, sans-serif", size: 12 },
  margin: { l: 12, r: 16, t: 12, b: 44 }, ...more,
});
const axis = (title, more) => ({
  gridcolor: colour("line"), zerolinecolor: colour("line"), automargin: true, fixedrange: true,
  title: { text: title }, ...more,
});

function draw(id, traces, shape) {
  const width = at(id).clientWidth - 16; // its padding
  Plotly.react(id, traces, { ...shape, width }, { displayModeBar: false });
}
const bars = (shares) => ({
  type: "data", symmetric: false, thickness: 1.5, width: 3,
  array: shares.map((share) => 100 * (share.interval[1] - share.accuracy)),
  arrayminus: shares.map((share) => 100 * (share.accuracy - share.interval[0])),
});
const hover = (shares) => shares.map((share) => `${whole(share.right)} of ${whole(share.clips)}: ${percent(share.accuracy)} (${range(share.interval)})`);

function drawClasses() {
  const rows = Object.entries(report.by_class).sort((one, two) => one[1].accuracy - two[1].accuracy);
  const shares = rows.map((row) => row[1]);
  draw("classes", [{
    type: "scatter", mode: "markers", y: rows.map((row) => row[0]), x: shares.map((share) => 100 * share.accuracy),
    error_x: { ...bars(shares), color: colour("grey") }, marker: { color: colour("blue"), size: 8 },
    text: hover(shares), hovertemplate: "%{y}: %{text}<extra></extra>",
  }], layout({
    height: 80 + 20 * rows.length, xaxis: axis("right answers (%)", { range: [Math.min(...shares.map((share) => 100 * share.interval[0])) - 1, 100.5] }),
    yaxis: axis("", { type: "category", dtick: 1, autorange: "reversed" }),
  }));
}

function drawReliability() {
  const parts = report.confidence.reliability;
  draw("reliability", [
    { x: [0, 100], y: [0, 100], mode: "lines", line: { color: colour("grey"), dash: "dot" }, hoverinfo: "skip" },
    {
      x: parts.map((part) => 100 * part.confidence), y: parts.map((part) => 100 * part.accuracy),
      mode: "lines+markers", line: { color: colour("blue") }, marker: { color: colour("blue"), size: 8 },
      error_y: { ...bars(parts), color: colour("blue") },
      text: hover(parts), hovertemplate: "confidence %{x:.1f} %: %{text}<extra></extra>",
    },
  ], layout({
    xaxis: axis("confidence (%)", { range: [0, 101] }), yaxis: axis("right answers (%)", { range: [0, 104] }),
  }));
}

function drawPassing() {
  const { curve, at_5_percent_missed: kept } = report.confidence;
  if (!kept.unknown_passed.clips || !kept.missed.clips) {
    at("passing").replaceChildren(make("p", "It takes clips of commands and clips of other speech (_unknown_): one of them is not here."));
    return;
  }
  const commands = kept.missed.clips, others = kept.unknown_passed.clips;
  draw("passing", [{
    x: curve.map((point) => 100 * point.unknown_passed / others), y: curve.map((point) => 100 * point.missed / commands),
    mode: "lines", line: { color: colour("blue"), shape: "hv" },
    text: curve.map((point) => percent(point.threshold, 2)),
    hovertemplate: "confidence %{text}: %{y:.1f} % missed, %{x:.1f} % pass<extra></extra>",
  }, {
    x: [100 * kept.unknown_passed.accuracy], y: [100 * kept.missed.accuracy], mode: "markers",
    marker: { color: colour("orange"), size: 11 }, text: [percent(kept.threshold, 2)],
    hovertemplate: "confidence %{text}: %{y:.1f} % missed, %{x:.1f} % pass<extra></extra>",
  }], layout({
    xaxis: axis("other speech taken for a command (%)", { rangemode: "tozero" }),
    yaxis: axis("commands missed (%)", { rangemode: "tozero", range: [0, Math.min(100, Math.max(20, 300 * kept.missed.accuracy))] }),
  }));
}

function drawStreams() {
  const points = report.streams;
  if (!points.length) return;
  at("streams-section").hidden = false;
  at("streams-text").textContent =
    `${whole(points[0].commands)} commands in ${points[0].hours.toFixed(2)} hours of sound, one threshold for all words. `
    + `Bars are exact 95 % intervals of the false alarms; points without one stand at the left edge.`;
  const left = 0.5 / points[0].hours, rate = (point) => Math.max(point.per_hour, left);
  draw("streams", [{
    x: points.map(rate), y: points.map((point) => 100 * point.missed / point.commands),
    mode: "lines+markers", line: { color: colour("blue") }, marker: { color: colour("blue"), size: 5 },
    error_x: {
      type: "data", symmetric: false, thickness: 1, width: 2, color: colour("grey"),
      array: points.map((point) => point.interval[1] - rate(point)),
      arrayminus: points.map((point) => rate(point) - Math.max(left, point.interval[0])),
    },
    text: points.map((point) => `at ${point.threshold}: ${point.false_alarms} false alarms, ${point.per_hour} an hour, ${point.missed} missed`),
    hovertemplate: "%{text}<extra></extra>",
  }], layout({
    xaxis: axis("false alarms an hour", { type: "log" }), yaxis: axis("commands missed (%)", { rangemode: "tozero" }),
  }));
}

function drawNoise() {
  if (!report.noise.length) return;
  at("noise-section").hidden = false;
  const names = [...new Set(report.noise.map((each) => each.noise))];
  const tones = ["blue", "orange", "green", "purple", "grey", "ink"];
  const dashes = ["solid", "dash", "dot"];
  draw("noise", names.map((name, index) => {
    const shares = report.noise.filter((each) => each.noise === name);
    const tone = colour(tones[index % tones.length]);
    return {
      name: name.replaceAll("_", " "), x: shares.map((each) => each.snr_db), y: shares.map((each) => 100 * each.accuracy),
      mode: "lines+markers", line: { color: tone, dash: dashes[Math.floor(index / tones.length) % 3] }, marker: { color: tone, size: 7 },
      error_y: { ...bars(shares), color: tone }, text: hover(shares),
      hovertemplate: `%{x} dB, %{text}<extra>${name}</extra>`,
    };
  }), layout({
    height: 440, showlegend: true, legend: { orientation: "h", y: -0.2, yanchor: "top" },
    xaxis: axis("signal-to-noise ratio (dB)", { autorange: "reversed", tickvals: [...new Set(report.noise.map((each) => each.snr_db))] }),
    yaxis: axis("right answers (%)"),
  }));
}

function drawSpeakers() {
  const { edges, histogram, by_chance: chance } = report.speakers;
  const first = Math.max(0, histogram.findIndex((count, index) => count || chance[index] >= 0.05));
  const middle = histogram.map((_, index) => 50 * (edges[index] + edges[index + 1]));
  const width = 100 * (edges[1] - edges[0]);
  draw("speakers", [{
    type: "bar", x: middle, y: histogram, width, marker: { color: colour("blue"), line: { color: colour("card"), width: 1 } },
    hovertemplate: "%{x} %: %{y} speakers<extra></extra>",
  }, {
    x: middle, y: chance, mode: "lines+markers", line: { color: colour("orange"), shape: "hvh" }, marker: { size: 1 },
    hovertemplate: "by chance %{y:.1f}<extra></extra>",
  }], layout({
    bargap: 0, xaxis: axis("right answers (%)", { range: [100 * edges[first] - 1, 101] }), yaxis: axis("speakers"),
  }));
}

function drawAll() {
  for (const one of [drawClasses, drawReliability, drawPassing, drawStreams, drawNoise, drawSpeakers]) one();
}

for (const name of Object.keys(orders)) at("order").append(make("option", name));
at("order").addEventListener("change", drawMatrix);
at("matrix").addEventListener("keydown", moveFocus);
at("matrix").addEventListener("focusin", keepTabbable);
at("matrix").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) choose(+button.dataset.row, +button.dataset.column);
});
tiles();
texts();
comparison();
drawMatrix();
showCards(at("hardest"), report.hardest);
drawAll();
dark.addEventListener("change", drawAll);
let drawnAt = innerWidth;
addEventListener("resize", () => {
  if (innerWidth !== drawnAt) requestAnimationFrame(drawAll);
  drawnAt = innerWidth;
});
