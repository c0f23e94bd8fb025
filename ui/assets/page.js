// Runs once when the page's component is there, in one function: page.js, chat.js, quiz.js.
// Given by Gradio: element, trigger, props, upload.
const root = element.querySelector(".aqa");
const part = (name) => root.querySelector(`[data-part="${name}"]`);
const narrow = window.matchMedia("(max-width: 860px)");
const state = { known: false, asked: "", opening: false, openings: 0, quiz: "", ticket: 0, opened: null, timer: 0 };
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
  root.querySelectorAll(".bar, .talk").forEach((behind) => (behind.inert = true));
  root.querySelector('[data-do="drawer"]').setAttribute("aria-expanded", "true");
}

function closeDrawer() {
  if (!root.classList.contains("reading")) return;
  root.classList.remove("reading");
  root.querySelectorAll(".bar, .talk").forEach((behind) => (behind.inert = false));
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
