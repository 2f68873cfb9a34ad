// A lesson's page: sliders ask for figures, a guess comes before them, the address keeps it all.

const state = new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
const dark = matchMedia("(prefers-color-scheme: dark)");

function keep(key, value) {
  if (value === "") state.delete(key);
  else state.set(key, value);
  history.replaceState(null, "", `#${state}`);
}

addEventListener("hashchange", () => {
  if (location.hash.includes("=")) location.reload(); // another address of this lesson was pasted
  else history.replaceState(null, "", `#${state}`); // the skip link was taken
});

const AGAIN_MS = 400; // until a figure that is not complete yet is asked for again

/** What the server answers or, in the static copy, the script beside the page. */
async function ask(address, options) {
  if (globalThis.saysoFigures) return globalThis.saysoFigures[address];
  try {
    return await (await fetch(address, options)).json();
  } catch {
    return { error: "sayso does not answer: is it still running?" };
  }
}

/** What the figures take from the page: its colours, its font, its width. */
function template(narrow) {
  const style = getComputedStyle(document.documentElement);
  const color = (name) => style.getPropertyValue(name).trim();
  const axis = {
    gridcolor: color("--line"), zerolinecolor: color("--line"), linecolor: color("--line"),
    zerolinewidth: 1, automargin: true, ticks: "", title: { standoff: 14 },
    tickfont: { color: color("--soft") },
  };
  return {
    layout: {
      font: { family: style.fontFamily, size: narrow ? 12 : 14, color: color("--ink") },
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      margin: { l: 8, r: narrow ? 12 : 64, t: 16, b: 8 },
      hoverlabel: { bgcolor: color("--sheet"), font: { color: color("--ink") } },
      xaxis: axis, yaxis: axis, bargap: 0.25,
    },
  };
}

class Panel {
  constructor(element) {
    this.element = element;
    this.plot = element.querySelector(".plot");
    this.caption = element.querySelector("figcaption");
    this.sounds = element.querySelector(".sounds");
    this.sliders = [...element.querySelectorAll("input[type=range]")];
    this.form = element.querySelector(".question");
    this.facts = this.form && JSON.parse(this.form.dataset.facts);
    for (const slider of this.sliders) {
      slider.values = JSON.parse(slider.dataset.values);
      const kept = state.get(this.key(slider.name));
      if (kept !== null) this.set(slider, kept);
      slider.addEventListener("input", () => this.moved(slider));
    }
    this.recordings = [...element.querySelectorAll(".recording")].map((field) => {
      const kept = state.get(this.key(field.dataset.name)) ?? "";
      const name = /^[0-9a-f]{64}$/.test(kept) ? kept : "";
      return new SaysoRecording(field, name, (given) => this.heard(field, given));
    });
    for (const { element: field, value } of this.recordings) this.replace(field, value);
    if (this.form) this.listen();
    if (element.dataset.state === "shown") this.draw();
  }

  key(name) {
    return `${this.element.id}.${name}`;
  }

  /** Moves a slider to a value, given as the text that stands for it. */
  set(slider, text) {
    const index = slider.values.findIndex(({ value }) => value === text);
    if (index >= 0) slider.value = index;
    this.label(slider);
  }

  label(slider) {
    const { shown } = slider.values[slider.value];
    slider.setAttribute("aria-valuetext", shown);
    slider.parentElement.querySelector("output").textContent = shown;
  }

  moved(slider) {
    this.label(slider);
    keep(this.key(slider.name), slider.values[slider.value].value);
    this.draw();
  }

  /** Another recording is to be used, or, for "", the bundled clip. */
  heard(field, name) {
    keep(this.key(field.dataset.name), name);
    this.replace(field, name);
    this.draw();
  }

  /** A slider that means nothing while there is a recording cannot be moved meanwhile. */
  replace(field, name) {
    const slider = this.sliders.find((each) => each.name === field.dataset.insteadOf);
    if (slider) slider.disabled = Boolean(name);
  }

  listen() {
    const input = this.form.querySelector("input");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      keep(this.key("guess"), input.value);
      for (const [name, text] of Object.entries(this.facts.at)) {
        this.set(this.sliders.find((slider) => slider.name === name), text);
        keep(this.key(name), text);
      }
      for (const recording of this.recordings) if (recording.value) recording.use("");
      this.reveal(Number(input.value));
    });
    this.form.querySelector(".quiet").addEventListener("click", () => {
      keep(this.key("guess"), "none");
      this.reveal(null);
    });
    const kept = state.get(this.key("guess"));
    const names = [...this.sliders, ...this.recordings].map(({ name }) => name);
    const asked = names.some((name) => state.has(this.key(name)));
    if (kept !== null || asked) {
      this.reveal(kept && Number.isFinite(Number(kept)) ? Number(kept) : null);
    }
  }

  /** Shows the figure and how far the guess was off. */
  reveal(guess) {
    this.guess = guess;
    this.element.dataset.state = "shown";
    if (guess !== null) this.form.querySelector(".gap").replaceChildren(...gap(guess, this.facts));
    this.draw();
    if (document.activeElement?.closest("form") === this.form) this.sliders[0]?.focus();
  }

  query() {
    const chosen = this.sliders.map((slider) => [slider.name, slider.values[slider.value].value]);
    for (const { name, value } of this.recordings) if (value) chosen.push([name, value]);
    return chosen.map((pair) => pair.join("=")).join("&");
  }

  /** Draws what the sliders say; while one figure is on its way only the latest wish is kept. */
  async draw() {
    this.wanted = true;
    if (this.busy) return;
    this.busy = true;
    while (this.wanted) {
      this.wanted = false;
      clearTimeout(this.again);
      const answer = await ask(`${this.element.dataset.address}.json?${this.query()}`);
      if (answer.error) {
        this.caption.textContent = answer.error;
        continue;
      }
      const { figure, caption, complete, lost, sounds } = answer;
      for (const recording of this.recordings) {
        if (recording.value && lost[recording.name]) recording.lose(lost[recording.name]);
      }
      this.caption.textContent = caption;
      this.sounds.replaceChildren(...Object.entries(sounds).map((sound) => playButton(...sound)));
      if (!complete) this.again = setTimeout(() => this.draw(), AGAIN_MS);
      figure.layout.template = template(this.plot.clientWidth < 500);
      if (this.guess != null && this.facts.axis) mark(figure.layout, this.guess, this.facts);
      const options = { displayModeBar: false, responsive: true };
      await Plotly.react(this.plot, figure.data, figure.layout, options);
    }
    this.busy = false;
  }
}

const player = new Audio();

/** A button that plays a sound from its beginning; what was playing stops. */
function playButton(text, source) {
  const button = Object.assign(document.createElement("button"), {
    type: "button", className: "outlined", textContent: text,
  });
  button.addEventListener("click", () => {
    player.src = source;
    player.play().catch(() => {}); // another one was asked for meanwhile
  });
  return button;
}

function short(number) {
  return String(Number(number.toPrecision(4)));
}

function gap(guess, { answer }) {
  const off = guess - answer;
  const close = Math.abs(off) <= 0.01 * Math.abs(answer);
  const told = document.createElement("strong");
  told.textContent = close ? "Well guessed." : `${short(Math.abs(off))} too ${off > 0 ? "high" : "low"}.`;
  return [`You said ${short(guess)}, it is ${short(answer)}. `, told];
}

/** A line at the reader's guess. */
function mark(layout, guess, { axis, answer }) {
  const across = axis === "x" ? "y" : "x";
  const line = { color: "#80868f", width: 1.5, dash: "dash" };
  layout.shapes = [...(layout.shapes ?? []), {
    type: "line", line,
    [`${axis}0`]: guess, [`${axis}1`]: guess,
    [`${across}ref`]: "paper", [`${across}0`]: 0, [`${across}1`]: 1,
  }];
  layout.annotations = [...(layout.annotations ?? []), {
    text: "your guess", showarrow: false, font: { color: line.color },
    [axis]: guess, [`${across}ref`]: "paper", [across]: axis === "x" ? 1 : 0,
    ...(axis === "y" ? { xanchor: "left", yanchor: "bottom" }
      : { xanchor: guess > answer ? "right" : "left", yanchor: "top" }),
  }];
}

/** Shows what the server says of the reader's file. */
async function check(button, verdict) {
  button.disabled = true;
  const address = `${document.querySelector("main").dataset.lesson}/check`;
  const answer = await ask(address, { method: "POST" });
  button.disabled = false;
  const say = (tag, text) => Object.assign(document.createElement(tag), { textContent: text });
  if (answer.error) {
    verdict.replaceChildren(say("p", answer.error));
  } else if (answer.missing) {
    verdict.replaceChildren(say("p", `There is no ${answer.missing} yet: run the command above.`));
  } else if (answer.solution) {
    const solution = document.createElement("div");
    solution.innerHTML = answer.solution;
    verdict.replaceChildren(say("p", "All of it is right. This is one way to write it:"), solution);
  } else {
    const facts = document.createElement("dl");
    for (const name of ["call", "expected", "got"]) {
      facts.append(say("dt", name), say("dd", answer[name]));
    }
    const hint = document.createElement("details");
    hint.append(say("summary", "A hint"), say("p", answer.hint));
    const remark = say("p", `${answer.passed} of ${answer.total} are right. ${answer.remark}`);
    verdict.replaceChildren(remark, facts, hint);
  }
}

const panels = [...document.querySelectorAll(".panel")].map((element) => new Panel(element));
dark.addEventListener("change", () => {
  for (const panel of panels) if (panel.element.dataset.state === "shown") panel.draw();
});

const button = document.querySelector(".check");
if (globalThis.saysoFigures) button.parentElement.remove();
else button.addEventListener("click", () => check(button, document.querySelector(".verdict")));
