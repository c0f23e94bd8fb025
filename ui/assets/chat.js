// Runs once when the page's component is there. Given by Gradio: element, trigger, props, upload.
const root = element.querySelector(".aqa");
const part = (name) => root.querySelector(`[data-part="${name}"]`);
const narrow = window.matchMedia("(max-width: 860px)");
const state = { pending: 0, opening: false, turn: 0, quiz: "", lit: null, opened: null, timer: 0 };
const PATIENCE = 120000;

// ---- offsets: the article counts code points, the DOM counts UTF-16 units

function unit(text, point) {
  let at = 0;
  for (; point > 0 && at < text.length; point -= 1) at += text.codePointAt(at) > 0xffff ? 2 : 1;
  return at;
}

function blockAt(start) {
  let found = null;
  for (const block of part("article").querySelectorAll(".block[data-start]")) {
    if (Number(block.dataset.start) <= start && start < Number(block.dataset.end)) found = block;
  }
  return found;
}

function unlight() {
  for (const mark of part("article").querySelectorAll("mark")) {
    const parent = mark.parentNode;
    mark.replaceWith(...mark.childNodes);
    parent.normalize();
  }
  root.querySelectorAll(".chip.on").forEach((chip) => chip.classList.remove("on"));
  root.querySelectorAll(".block.on").forEach((block) => block.classList.remove("on"));
}

function lightSpan(start, end) {
  const block = blockAt(start);
  if (!block) return null;
  let offset = Number(block.dataset.start);
  for (const node of [...block.querySelector(".text").childNodes]) {
    const length = [...node.textContent].length;
    if (node.nodeType === Node.TEXT_NODE && offset <= start && start < offset + length) {
      const first = unit(node.data, start - offset);
      const words = node.splitText(first);
      words.splitText(unit(words.data, end - start));
      const mark = document.createElement("mark");
      words.replaceWith(mark);
      mark.append(words);
      mark.tabIndex = -1;
      block.classList.add("on");
      return mark;
    }
    offset += length;
  }
  return null;
}

function light(chip) {
  unlight();
  const spans = chip.dataset.spans.split(" ").map((span) => span.split("-").map(Number));
  const marks = spans.map(([start, end]) => lightSpan(start, end)).filter(Boolean);
  if (!marks.length) return;
  chip.classList.add("on");
  if (narrow.matches) openDrawer(chip);
  const still = narrow.matches || window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  marks[0].scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
  if (narrow.matches) marks[0].focus({ preventScroll: true });
  say(`${chip.textContent} is shown in the article: ${marks.map((mark) => mark.textContent).join("; ")}`);
}

// ---- small things

function say(text) {
  part("status").textContent = text;
}

function notice(text) {
  part("notice-text").textContent = text;
  part("notice").hidden = !text;
}

function openDrawer(from) {
  state.opened = from || document.activeElement;
  root.classList.add("reading");
  root.querySelector('[data-do="drawer"]').setAttribute("aria-expanded", "true");
}

function closeDrawer() {
  if (!root.classList.contains("reading")) return;
  root.classList.remove("reading");
  root.querySelector('[data-do="drawer"]').setAttribute("aria-expanded", "false");
  state.opened?.focus();
  hideTip();
}

function grow() {
  const box = part("question");
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight, 160)}px`;
}

function showTip(from) {
  const text = from.dataset.quote || from.dataset.tip;
  if (!text) return;
  const tip = part("tip");
  tip.textContent = from.dataset.quote ? `“${text.length > 320 ? text.slice(0, 320).replace(/\s\S*$/, "") + " …" : text}”` : text;
  tip.hidden = false;
  const at = from.getBoundingClientRect();
  const box = tip.getBoundingClientRect();
  const left = Math.max(12, Math.min(at.left, window.innerWidth - box.width - 12));
  const below = at.bottom + 8; // above it stands the sentence that the chip belongs to
  tip.style.left = `${left}px`;
  tip.style.top = `${below + box.height < window.innerHeight - 8 ? below : at.top - box.height - 8}px`;
}

function hideTip() {
  part("tip").hidden = true;
}

// ---- asking

function ask(question, asTyped) {
  question = question.trim();
  if (!question || state.pending) return;
  part("welcome").hidden = true;
  state.pending = 1;
  root.classList.add("asking");
  part("log").setAttribute("aria-busy", "true");
  part("question").value = "";
  grow();
  clearTimeout(state.timer);
  state.timer = setTimeout(() => {
    settle();
    notice("No answer came. Is the program still running? Ask again when it is.");
  }, PATIENCE);
  trigger("ask", { question, as_typed: Boolean(asTyped) });
  part("question").focus({ preventScroll: true });
}

function settle() {
  clearTimeout(state.timer);
  state.pending = 0;
  root.classList.remove("asking");
  part("log").setAttribute("aria-busy", "false");
}

function showTurn(message) {
  const log = part("log");
  const shell = document.createElement("template");
  shell.innerHTML = message.html;
  const turn = shell.content.firstElementChild;
  const old = log.querySelector(`#turn-${message.turn}`);
  if (old) old.replaceWith(turn);
  else log.append(turn);
  turn.scrollIntoView({ block: old ? "nearest" : "end" });
  if (!message.done) return;
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
  settle();
  const again = state.opening;
  opening(false);
  part("opener").close();
  notice("");
  if (again) {
    say(`${message.title} is open.`);
    part("question").focus();
  }
}

function opening(on, text = "") {
  state.opening = on;
  part("opener").classList.toggle("working", on);
  part("busy").textContent = on ? text : "";
  if (on) part("opener-error").textContent = "";
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
  try {
    const { path } = await upload(file);
    trigger("open", { path });
  } catch (error) {
    refuseOpening(`“${file.name}” could not be sent (${error.message || error}). Try again, or paste its text.`);
  }
}

// ---- quiz files

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
  part("quiz").classList.remove("used");
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
  part("quiz-name").textContent = file.name;
  part("quiz-count").textContent = "is being read…";
  part("quiz-bar").removeAttribute("value");
  part("quiz-progress").hidden = false;
  try {
    const { path } = await upload(file);
    trigger("quiz", { path });
  } catch (error) {
    refuseQuiz(`“${file.name}” could not be sent (${error.message || error}). Try again.`);
  }
}

function showQuiz(message) {
  if (!state.quiz) return; // another article was opened meanwhile
  part("quiz").classList.add("used");
  part("quiz-head").innerHTML = message.head;
  part("quiz-bar").max = message.total;
  part("quiz-bar").value = message.done;
  part("quiz-count").textContent = `${message.done} of ${message.total} answered`;
  if (message.ended) part("quiz-rows").innerHTML = message.rows;
  else part("quiz-rows").insertAdjacentHTML("beforeend", message.rows);
  part("quiz-table").hidden = !part("quiz-rows").children.length;
  part("quiz-progress").classList.toggle("ended", message.ended);
  if (!message.ended) return;
  state.quiz = "";
  part("quiz-save").hidden = !message.done;
  if (message.done < message.total) part("quiz-count").textContent += ", stopped";
  say(`${message.done} of ${message.total} questions are answered. ${part("quiz-head").querySelector(".score")?.textContent || ""}`);
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
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function receive(message) {
  if (!message) return;
  if (message.kind === "article") showArticle(message);
  else if (message.kind === "turn") showTurn(message);
  else if (message.kind === "noted") noted(message);
  else if (message.kind === "download") download(message);
  else if (message.kind === "quiz") showQuiz(message);
  else if (state.opening) refuseOpening(message.text);
  else if (state.quiz) refuseQuiz(message.text);
  else {
    settle();
    notice(message.text);
  }
}

// ---- events

const deeds = {
  drawer: (button) => openDrawer(button),
  "drawer-close": closeDrawer,
  "notice-close": () => notice(""),
  "opener-close": () => part("opener").close(),
  "quiz-stop": () => trigger("stop"),
  opener: () => {
    refuseOpening("");
    part("opener").showModal();
  },
  paste: () => {
    const text = part("pasted").value;
    if (!text.trim()) return refuseOpening("There is no text to open yet.");
    opening(true, "Reading the pasted text…");
    trigger("open", { text });
  },
  theme: () => {
    const dark = document.body.classList.toggle("dark");
    localStorage.setItem("article-qa-theme", dark ? "dark" : "light");
  },
};

root.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const data = button.dataset;
  if (button.classList.contains("chip")) light(button);
  else if (data.do) deeds[data.do](button);
  else if (data.mode) mode(data.mode);
  else if (data.ask) ask(data.ask);
  else if (data.literal) ask(data.literal, true);
  else if ("wrong" in data) {
    trigger("note", { turn: Number(button.closest(".turn").dataset.turn), wrong: button.getAttribute("aria-pressed") !== "true" });
  } else if (data.save) {
    root.querySelector(".menu").open = false;
    trigger("save", { format: data.save });
  } else if (data.bundled) {
    opening(true, `Reading ${data.bundled}…`);
    trigger("open", { bundled: data.bundled });
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
  root.querySelector(".menu").open = false;
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
root.querySelector(".modes").addEventListener("keydown", (event) => {
  if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
  const other = root.querySelector('.mode[aria-selected="false"]');
  mode(other.dataset.mode);
  other.focus();
});

const kept = localStorage.getItem("article-qa-theme");
if (kept) document.body.classList.toggle("dark", kept === "dark");
part("bundled").hidden = !root.querySelector(".bundle li");
document.addEventListener("article-qa", (event) => receive(event.detail));
receive(props.value);
if (!narrow.matches) part("question").focus({ preventScroll: true });
