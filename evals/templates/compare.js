// Shows the questions that turned right, turned wrong, or were answered otherwise.
for (const input of document.querySelectorAll("#filter input")) {
  input.addEventListener("change", () => {
    let shown = 0;
    for (const card of document.querySelectorAll("article.card")) {
      card.hidden = input.value !== "all" && card.dataset.change !== input.value;
      shown += !card.hidden;
    }
    document.getElementById("shown").textContent = String(shown);
  });
}
