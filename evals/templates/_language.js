// The page's language: as chosen before, else the browser's.
const memory = (() => {
  try {
    localStorage.setItem("evals:probe", "1");
    localStorage.removeItem("evals:probe");
    return localStorage;
  } catch {
    return null;
  }
})();
{
  const inputs = document.querySelectorAll("#languages input");
  const wanted = memory?.getItem("evals:language") ?? (navigator.language.startsWith("nl") ? "nl" : "en");
  for (const input of inputs) {
    input.checked = input.value === wanted;
    input.addEventListener("change", () => {
      memory?.setItem("evals:language", input.value);
      document.documentElement.lang = input.value;
    });
  }
  document.documentElement.lang = wanted;
}
