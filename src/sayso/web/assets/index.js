// How far the reader is, lesson by lesson: told when the list is already there.

async function tell(entry) {
  const told = entry.querySelector(".progress");
  const answer = await (await fetch(`${entry.dataset.lesson}/check`, { method: "POST" })).json();
  if (answer.error) return;
  entry.dataset.progress = answer.missing ? "new" : answer.solution ? "done" : "begun";
  told.textContent = { new: "not begun", done: "done", begun: `${answer.passed} of ${answer.total}` }[
    entry.dataset.progress
  ];
}

// Each check is a process that runs the reader's file, so they come one after the other.
for (const entry of document.querySelectorAll("[data-lesson]")) {
  try {
    await tell(entry);
  } catch {
    break; // the server has ended
  }
}
