// What a page leaves in the browser. Where site data is blocked there is nothing, and the page goes on.

/**
 * @param {"localStorage" | "sessionStorage"} place
 * @param {string} name
 * @returns {string | null}
 */
export function getKept(place, name) {
  try {
    return globalThis[place].getItem(name);
  } catch {
    return null;
  }
}

export function keep(place, name, text) {
  try {
    globalThis[place].setItem(name, text);
  } catch {} // so it is forgotten
}
