// The words taught: how well the takes of each fit, what to be careful about, and forgetting them.

const make = (tag, facts = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), facts);
  element.append(...children);
  return element;
};

/**
 * Fills the list of words.
 *
 * @param {HTMLElement} list
 * @param {object[]} taught as GET /taught gives them.
 * @param {(word: string) => void} forget told of a word that is to be forgotten.
 */
export function showTaught(list, taught, forget) {
  list.replaceChildren(...taught.map((each) => {
    const name = make("span", {}, make("strong", { textContent: each.word }), " ",
      make("span", { className: "soft", textContent: verdict(each) }));
    const head = make("div", { className: "head" }, name, forgetting(each.word, forget));
    const warnings = each.warnings.map((textContent) => make("p", { className: "careful", textContent }));
    return make("li", {}, head, ...(each.similarities ? [picture(each), numbers(each)] : []), ...warnings);
  }));
}

/** How many takes the others would have taught. */
function verdict({ recordings, similarities, threshold }) {
  const takes = recordings === 1 ? "1 take" : `${recordings} takes`;
  const fitting = similarities?.filter((similarity) => similarity >= threshold).length;
  if (!similarities || recordings === 1) return takes;
  return fitting === recordings ? `${takes}, all fit` : `${takes}, ${fitting} fit`;
}

/** A line from unlike to alike: other sound, the threshold, the takes. */
function picture({ similarities, others, threshold }) {
  const mark = (className, at) => {
    const element = make("i", { className });
    element.style.setProperty("--at", Math.min(1, Math.max(0, at)).toFixed(3));
    return element;
  };
  const marks = similarities.map((similarity) => mark("take", similarity));
  const element = make("div", { className: "fit" }, mark("others", others), mark("threshold", threshold), ...marks);
  element.setAttribute("aria-hidden", "true"); // the numbers say the same
  return element;
}

function numbers({ similarities, others, threshold }) {
  const [least, most] = [Math.min(...similarities), Math.max(...similarities)];
  const takes = least === most ? least.toFixed(2) : `${least.toFixed(2)}–${most.toFixed(2)}`;
  const textContent = `takes ${takes}, threshold ${threshold.toFixed(2)}, other sound ${others.toFixed(2)}`;
  return make("p", { className: "soft numbers", textContent });
}

/** A button that asks before it forgets: without the sound there is no way back. */
function forgetting(word, forget) {
  const button = make("button", { type: "button", className: "mark", textContent: "Forget" });
  button.setAttribute("aria-label", `Forget ${word}`);
  const ask = (asked) => {
    button.textContent = asked ? "Forget it for good?" : "Forget";
    button.setAttribute("aria-label", asked ? `Forget ${word} for good?` : `Forget ${word}`);
    button.classList.toggle("sure", asked);
  };
  button.addEventListener("keydown", (event) => {
    if (event.repeat && event.key === "Enter") event.preventDefault(); // held down: neither
  });
  button.addEventListener("click", (event) => {
    if (event.detail > 1) return; // a double click answers nothing
    if (button.classList.contains("sure")) forget(word);
    else ask(true);
  });
  button.addEventListener("blur", () => ask(false));
  return button;
}
