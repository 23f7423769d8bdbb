// A reader's own verdicts and comments: kept in this browser under the run's name, saved as a file by a button.
const key = `evals:run:${document.documentElement.dataset.run}`;
const cards = [...document.querySelectorAll("article.card")];
const rater = document.getElementById("rater");
const kept = (() => {
  try {
    return JSON.parse(memory?.getItem(key) ?? "{}") ?? {};
  } catch {
    return {};
  }
})();
document.getElementById("unsaved").hidden = memory !== null;

function keep() {
  try {
    memory?.setItem(key, JSON.stringify(kept));
  } catch {
    document.getElementById("unsaved").hidden = false;
  }
}

function note(card) {
  return kept[card.dataset.id] ?? { verdict: "", comment: "" };
}

function differs(card) {
  const own = note(card).verdict;
  return ["right", "wrong"].includes(own) && card.dataset.machine !== "unjudged" && own !== card.dataset.machine;
}

function prepare(card, number) {
  const form = document.getElementById("own").content.cloneNode(true);
  const print = form.querySelector(".own-print");
  const show = () => {
    const { verdict, comment } = note(card);
    print.hidden = !verdict && !comment;
    for (const word of print.querySelectorAll("[data-say]")) word.hidden = word.dataset.say !== verdict;
    print.querySelector(":scope > span").textContent = comment;
  };
  const change = (field, value) => {
    kept[card.dataset.id] = { ...note(card), [field]: value };
    if (!value && !note(card).verdict && !note(card).comment) delete kept[card.dataset.id];
    keep();
    show();
    count();
  };
  for (const input of form.querySelectorAll("input")) {
    input.name = `own-${number}`;
    input.checked = input.value === note(card).verdict;
    input.addEventListener("change", () => change("verdict", input.value));
  }
  const comment = form.querySelector("textarea");
  comment.value = note(card).comment;
  comment.addEventListener("input", () => change("comment", comment.value));
  show();
  card.append(form);
}

function count() {
  document.querySelector('[data-count="different"]').textContent = String(cards.filter(differs).length);
}

function filter(kind) {
  let shown = 0;
  for (const card of cards) {
    const wanted = kind === "every" || (kind === "different" ? differs(card) : card.dataset.kinds.split(" ").includes(kind));
    card.hidden = !wanted;
    shown += wanted;
  }
  for (const place of document.querySelectorAll("[data-shown]")) place.textContent = String(shown);
}

function records() {
  return cards.map((card) => ({
    run: document.documentElement.dataset.run,
    id: card.dataset.id,
    question: card.querySelector(".asked").textContent,
    answer: card.querySelector(".answer")?.textContent ?? "",
    machine_verdict: card.dataset.machine,
    own_verdict: note(card).verdict,
    comment: note(card).comment,
    rater: rater.value.trim(),
  }));
}

// Excel splits a file at the separator of its own language, and takes what begins like a formula for one.
function csv(rows) {
  const separator = document.documentElement.lang === "nl" ? ";" : ",";
  const cell = (text) => `"${(/^[=+\-@\t\r]/.test(text) ? "'" : "") + text.replaceAll('"', '""')}"`;
  const lines = [Object.keys(rows[0]), ...rows.map(Object.values)].map((row) => row.map(cell).join(separator));
  return `\uFEFF${lines.join("\r\n")}\r\n`;
}

function save(name, type, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

cards.forEach(prepare);
count();
rater.value = memory?.getItem("evals:rater") ?? "";
rater.addEventListener("input", () => memory?.setItem("evals:rater", rater.value));
for (const input of document.querySelectorAll("#filter input")) {
  input.addEventListener("change", () => filter(input.value));
}
document.getElementById("save-csv").addEventListener("click", () =>
  save(`ratings-${document.documentElement.dataset.run}.csv`, "text/csv;charset=utf-8", csv(records())));
document.getElementById("save-jsonl").addEventListener("click", () =>
  save(`ratings-${document.documentElement.dataset.run}.jsonl`, "application/jsonl", records().map((row) => `${JSON.stringify(row)}\n`).join("")));
