// What the server must know too: whether it has answered this page before. If it then knows nothing of it, the page is told.
function send(event, data = {}) {
  trigger(event, { ...data, known: state.known });
}

// ---- asking

function ask(question, asTyped) {
  question = question.trim();
  if (!question || state.asked) return;
  part("welcome").hidden = true;
  state.asked = question;
  root.classList.add("asking");
  part("log").setAttribute("aria-busy", "true");
  if (part("question").value.trim() === question) part("question").value = "";
  grow();
  showAsked(question);
  clearTimeout(state.timer);
  state.timer = setTimeout(() => giveBack("No answer came. Is the program still running? Ask again when it is."), PATIENCE);
  send("ask", { question, as_typed: Boolean(asTyped) });
  part("question").focus({ preventScroll: true });
}

function showAsked(question) {
  const turn = document.createElement("article");
  turn.className = "turn waiting";
  turn.innerHTML = '<h3 class="asked" dir="auto"></h3><p class="reading"><span class="pulse" aria-hidden="true"></span>Searching the article</p>';
  turn.firstElementChild.textContent = question.slice(0, 300);
  part("log").append(turn);
  turn.scrollIntoView({ block: "end" });
}

function settle() {
  clearTimeout(state.timer);
  state.asked = "";
  root.classList.remove("asking");
  root.querySelector(".turn.waiting")?.remove();
  part("log").setAttribute("aria-busy", "false");
}

// A question that was not answered goes back into the box, unless something new is written there.
function giveBack(text) {
  const question = state.asked;
  settle();
  notice(text);
  part("welcome").hidden = Boolean(part("log").querySelector(".turn"));
  if (part("question").value.trim()) return;
  part("question").value = question;
  grow();
}

function showTurn(message) {
  const log = part("log");
  const shell = document.createElement("template");
  shell.innerHTML = message.html;
  const turn = shell.content.firstElementChild;
  const old = log.querySelector(`#turn-${message.turn}`) || log.querySelector(".turn.waiting");
  if (old) old.replaceWith(turn);
  else log.append(turn);
  turn.scrollIntoView({ block: old ? "nearest" : "end" });
  if (!message.done) return;
  if (message.refused) giveBack("");
  settle();
  say(message.said);
  turn.scrollIntoView({ block: "nearest" });
}

// ---- opening

function showArticle(message) {
  part("title").textContent = message.title;
  document.title = `${message.title} · Article QA`;
  part("article").innerHTML = message.html;
  part("article").scrollTop = 0;
  part("log").querySelectorAll(".turn").forEach((turn) => turn.remove());
  part("welcome").innerHTML = message.welcome;
  part("welcome").hidden = false;
  part("log").scrollTop = 0;
  noted({ turn: 0, wrong: false, count: 0 });
  clearQuiz();
  if (message.note) giveBack(message.note);
  else settle();
  const again = state.opening;
  opening(false);
  part("opener").close();
  part("pasted").value = "";
  if (!message.note) notice("");
  if (again) {
    say(`${message.title} is open.`);
    part("question").focus();
  }
}

function opening(on, text = "") {
  state.opening = on;
  if (on) state.openings += 1;
  part("opener").classList.toggle("working", on);
  part("busy").textContent = on ? text : "";
  if (on) part("opener-error").textContent = "";
}

// Closed while it works, the dialog gives up: the article that is shown stays.
function giveUpOpening() {
  if (!state.opening) return;
  opening(false);
  send("keep", { opening: state.openings });
}

function refuseOpening(text) {
  opening(false);
  part("opener-error").textContent = text;
}

async function openFile(file) {
  if (!file || state.opening) return;
  const limit = Number(root.dataset.limit);
  if (file.size > limit) {
    refuseOpening(`“${file.name}” has ${(file.size / 1e6).toFixed(1)} MB; at most ${limit / 1e6} MB can be opened here. Split it, or paste a part of it.`);
    return;
  }
  opening(true, `Reading ${file.name}…`);
  const number = state.openings;
  const wanted = () => state.opening && number === state.openings;
  try {
    const { path } = await upload(file);
    if (wanted()) send("open", { path, opening: number });
  } catch (error) {
    if (wanted()) refuseOpening(`“${file.name}” could not be sent (${error.message || error}). Try again, or paste its text.`);
  }
}

// ---- what the server says

function noted(message) {
  const button = part("log").querySelector(`#turn-${message.turn} [data-wrong]`);
  if (button) {
    button.setAttribute("aria-pressed", String(message.wrong));
    button.dataset.text ||= button.textContent;
    button.textContent = message.wrong ? "Marked as wrong, undo" : button.dataset.text;
  }
  const save = part("wrong");
  save.textContent = `Answers marked wrong (${message.count})`;
  save.disabled = message.count === 0;
}

function download(message) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([message.text], { type: message.type }));
  link.download = message.name;
  link.click();
  notice(message.note || "");
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function receive(message) {
  if (!message) return;
  if (message.kind === "article") showArticle(message);
  else if (message.kind === "turn") showTurn(message);
  else if (message.kind === "noted") noted(message);
  else if (message.kind === "download") download(message);
  else if (message.kind === "quiz") showQuiz(message);
  else if (message.kind === "kept") return;
  else if (message.about === "open") refuseOpening(message.text);
  else if (message.about === "quiz") refuseQuiz(message.text);
  else if (message.about === "ask") giveBack(message.text);
  else notice(message.text);
}

// ---- over a reload, as Gradio makes one too when the server is there again

function remember() {
  const left = { question: state.asked || part("question").value, title: part("title").textContent };
  sessionStorage.setItem("article-qa-left", JSON.stringify(left));
}

function recall() {
  const left = JSON.parse(sessionStorage.getItem("article-qa-left") || "{}");
  sessionStorage.removeItem("article-qa-left");
  part("question").value = left.question || "";
  grow();
  const title = part("title").textContent;
  if (left.title && left.title !== title) notice(`The page was loaded anew and shows “${title}”. Open “${left.title}” again to go on with it.`);
}

// ---- events

const deeds = {
  drawer: (button) => openDrawer(button),
  "drawer-close": closeDrawer,
  "notice-close": () => notice(""),
  "opener-close": () => part("opener").close(),
  opener: () => {
    refuseOpening("");
    part("opener").showModal();
  },
  paste: () => {
    if (state.opening) return;
    const text = part("pasted").value;
    if (!text.trim()) return refuseOpening("There is no text to open yet.");
    opening(true, "Reading the pasted text…");
    send("open", { text, opening: state.openings });
  },
  theme: () => {
    const dark = document.body.classList.toggle("dark");
    localStorage.setItem("article-qa-theme", dark ? "dark" : "light");
  },
};

root.addEventListener("click", (event) => {
  if (!event.target.closest(".paper, .tip")) closeDrawer();
  const button = event.target.closest("button");
  if (!button) return;
  const data = button.dataset;
  if (button.classList.contains("chip")) light(button);
  else if (data.do) deeds[data.do](button);
  else if (data.mode) mode(data.mode);
  else if (data.ask) ask(data.ask);
  else if (data.literal) ask(data.literal, true);
  else if ("wrong" in data) {
    send("note", { turn: Number(button.closest(".turn").dataset.turn), wrong: button.getAttribute("aria-pressed") !== "true" });
  } else if (data.save) {
    root.querySelector(".menu").open = false;
    send("save", { format: data.save });
  } else if (data.bundled && !state.opening) {
    opening(true, `Reading ${data.bundled}…`);
    send("open", { bundled: data.bundled, opening: state.openings });
  }
});

for (const [show, hide] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
  root.addEventListener(show, (event) => {
    const from = event.target.closest("[data-quote], [data-tip]");
    if (from && (show === "mouseover" || from.matches(":focus-visible"))) showTip(from);
  });
  root.addEventListener(hide, (event) => {
    if (event.target.closest("[data-quote], [data-tip]")) hideTip();
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  hideTip();
  const menu = root.querySelector(".menu");
  if (menu.open && menu.contains(document.activeElement)) menu.firstElementChild.focus();
  menu.open = false;
  if (!part("opener").open) closeDrawer();
});
document.addEventListener("click", (event) => {
  const menu = root.querySelector(".menu");
  if (!menu.contains(event.target)) menu.open = false;
});

part("form").addEventListener("submit", (event) => {
  event.preventDefault();
  ask(part("question").value);
});
part("question").addEventListener("input", grow);
part("question").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  ask(part("question").value);
});

for (const [zone, input, open] of [["drop", "file", openFile], ["quiz-drop", "quiz-file", openQuiz]]) {
  part(input).addEventListener("change", (event) => {
    open(event.target.files[0]);
    event.target.value = "";
  });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    part(zone).addEventListener(kind, (event) => {
      event.preventDefault();
      part(zone).classList.toggle("over", kind === "dragover");
      if (kind === "drop") open(event.dataTransfer.files[0]);
    });
  }
}
// A file dropped beside a zone would replace the page.
for (const kind of ["dragover", "drop"]) document.addEventListener(kind, (event) => event.preventDefault());

const kept = localStorage.getItem("article-qa-theme");
if (kept) document.body.classList.toggle("dark", kept === "dark");
part("bundled").hidden = !root.querySelector(".bundle li");
part("opener").addEventListener("close", giveUpOpening);
narrow.addEventListener("change", closeDrawer); // a wider window shows the article anyway
document.addEventListener("article-qa", (event) => {
  state.known = true;
  receive(event.detail);
});
receive(props.value);
recall();
window.addEventListener("pagehide", remember);
if (!narrow.matches) part("question").focus({ preventScroll: true });
