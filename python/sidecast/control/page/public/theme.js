// Before the first paint, so that a light page never flashes dark. A classic script: modules run too late.
(() => {
  let theme = null;
  try {
    theme = localStorage.getItem("theme");
  } catch {
    // a browser that keeps nothing for us: dark it is
  }
  document.documentElement.dataset.theme = ["light", "system"].includes(theme) ? theme : "dark";
})();
