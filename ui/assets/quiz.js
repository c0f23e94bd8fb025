// The tabs, and quiz files: opened, answered row by row, stopped, reduced to the misses.

function mode(name) {
  for (const tab of root.querySelectorAll(".mode")) {
    const on = tab.dataset.mode === name;
    tab.setAttribute("aria-selected", String(on));
    tab.tabIndex = on ? 0 : -1;
    part(tab.dataset.mode).hidden = !on;
  }
  hideTip();
}

function clearQuiz() {
  state.quiz = "";
  part("quiz").classList.remove("used", "misses");
  part("quiz-progress").classList.remove("ended");
  for (const name of ["quiz-progress", "quiz-save", "quiz-table"]) part(name).hidden = true;
  for (const name of ["quiz-head", "quiz-rows"]) part(name).innerHTML = "";
  part("quiz-error").textContent = "";
}

function refuseQuiz(text) {
  clearQuiz();
  part("quiz-error").textContent = text;
}

async function openQuiz(file) {
  if (!file) return;
  clearQuiz();
  const limit = Number(root.dataset.limit);
  if (file.size > limit) {
    refuseQuiz(`“${file.name}” has ${(file.size / 1e6).toFixed(1)} MB; at most ${limit / 1e6} MB can be answered here. The command article-qa batch answers larger files.`);
    return;
  }
  state.quiz = file.name;
  state.ticket += 1;
  part("quiz-name").textContent = file.name;
  part("quiz-count").textContent = "is being read…";
  part("quiz-bar").removeAttribute("value");
  part("quiz-progress").hidden = false;
  try {
    const { ticket } = state;
    const { path } = await upload(file);
    if (ticket === state.ticket) send("quiz", { path, ticket });
  } catch (error) {
    refuseQuiz(`“${file.name}” could not be sent (${error.message || error}). Try again.`);
  }
}

function showQuiz(message) {
  if (message.ticket !== state.ticket) return; // of a quiz before this one
  if (!state.quiz) return message.ended || send("stop"); // stopped before it began
  part("quiz").classList.add("used");
  part("quiz-head").innerHTML = message.head;
  part("quiz-bar").max = message.total;
  part("quiz-bar").value = message.done;
  part("quiz-count").textContent = `${message.done} of ${message.total} done`;
  if (message.ended) part("quiz-rows").innerHTML = message.rows;
  else part("quiz-rows").insertAdjacentHTML("beforeend", message.rows);
  part("quiz-table").hidden = !part("quiz-rows").children.length;
  part("quiz-progress").classList.toggle("ended", message.ended);
  if (!message.ended) return;
  state.quiz = "";
  part("quiz-save").hidden = !message.done;
  if (message.done < message.total) part("quiz-count").textContent += ", stopped";
  say(`${message.done} of ${message.total} questions are done. ${part("quiz-head").querySelector(".score span")?.textContent || ""}`);
}

Object.assign(deeds, {
  "quiz-stop": () => {
    send("stop");
    if (part("quiz-bar").hasAttribute("value")) return;
    clearQuiz(); // it waits for its turn, or is being read
  },
  "quiz-misses": (button) => {
    const on = part("quiz").classList.toggle("misses");
    button.setAttribute("aria-pressed", String(on));
  },
});

root.querySelector(".modes").addEventListener("keydown", (event) => {
  if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
  const other = root.querySelector('.mode[aria-selected="false"]');
  mode(other.dataset.mode);
  other.focus();
});
