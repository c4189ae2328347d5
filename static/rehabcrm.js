// Comfort only: every page works without this file.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");

  // A second click sends nothing twice. The buttons rest a moment, so that a lost connection can be tried again.
  const rest = 8000;
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || "repeat" in form.dataset) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    delete form.dataset.changed;
    const buttons = [...form.elements].filter((element) => element.type === "submit");
    setTimeout(() => buttons.forEach((button) => { button.disabled = true; }));
    setTimeout(() => release(form), rest);
  });
  const release = (form) => {
    delete form.dataset.sent;
    for (const element of form.elements) if (element.type === "submit") element.disabled = false;
  };
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
  });

  // Back brings what was typed again, and so the same token: saved once more, it is known for the same form.
  const token = document.querySelector("form[data-guard] [name='form_token']");
  if (token) {
    const [visit] = performance.getEntriesByType("navigation");
    if (visit && visit.type === "back_forward" && history.state && history.state.token) token.value = history.state.token;
    history.replaceState({ ...history.state, token: token.value }, "");
  }

  // What was typed is not lost by leaving.
  const changed = (event) => {
    const form = event.target.form;
    if (form && "guard" in form.dataset) form.dataset.changed = "yes";
  };
  document.addEventListener("input", changed);
  document.addEventListener("change", changed);
  window.addEventListener("beforeunload", (event) => {
    if (document.querySelector("form[data-changed]")) event.preventDefault();
  });

  document.addEventListener("keydown", (event) => {
    const form = document.activeElement && document.activeElement.form;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[type='submit']"));
    }
    if (event.key === "Escape") {
      const menu = document.querySelector("details.menu[open]");
      if (menu) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    }
  });
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    if (event.target.closest("[data-print]")) window.print();
  });

  // data-show-when="name=value,other": shown while the field has one of these values.
  const sift = () => document.querySelectorAll("[data-show-when]").forEach((part) => {
    const [name, values] = part.dataset.showWhen.split("=");
    const scope = part.parentElement.closest("[data-scope], form") || document;
    const chosen = [...scope.querySelectorAll("input, select")].some((field) =>
      (field.name === name || field.name.endsWith("-" + name)) &&
      (!["radio", "checkbox"].includes(field.type) || field.checked) && values.split(",").includes(field.value));
    part.hidden = !chosen && !part.querySelector(".field-error");
  });
  document.addEventListener("change", sift);
  document.addEventListener("htmx:afterSettle", sift);
  sift();

  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();
})();
