// Words with a bar each: how likely they are.

/** Fills a list with words, and sets their bars. */
export class Words {
  constructor(list, words) {
    this.items = words.map((word) => {
      const item = document.createElement("li");
      const name = Object.assign(document.createElement("span"), { textContent: word });
      const bar = document.createElement("i");
      const share = document.createElement("b");
      item.append(name, share, bar);
      return { item, bar, share };
    });
    list.replaceChildren(...this.items.map(({ item }) => item));
  }

  /** Sets each word's probability, in the order of the words. */
  set(probabilities) {
    this.items.forEach(({ item, bar, share }, index) => {
      const probability = probabilities[index] ?? 0;
      bar.style.setProperty("--share", probability.toFixed(3));
      share.textContent = percent(probability);
      item.classList.toggle("likely", probability >= 0.5);
    });
  }
}

export function percent(probability) {
  const share = 100 * probability;
  if (share > 0 && share < 0.05) return "< 0.1 %";
  return `${share > 99 || (share > 0 && share < 1) ? share.toFixed(1) : share.toFixed(0)} %`;
}

/** Two digits behind the point, as seconds. */
export function seconds(value) {
  return `${value.toFixed(2)} s`;
}
