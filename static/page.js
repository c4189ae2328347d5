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
    const draft = token.form.querySelector("[name='draft']"), before = history.state, { me } = document.body.dataset;
    // Not to somebody else who signed in in the same window meanwhile.
    if (visit && visit.type === "back_forward" && before && before.token && before.me === me) {
      token.value = before.token;
      if (draft && before.draft) draft.value = before.draft;
    }
    history.replaceState({ ...before, me, token: token.value, draft: draft ? draft.value : "" }, "");
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
  // Leaving a page ends what it was asking for; that is no trouble.
  document.addEventListener("htmx:beforeSend", (event) => { event.detail.xhr.onabort = null; });
  sift();

  // Nobody stays signed in over a long rest. The server decides; here one is told before, and is gone from the page after.
  const stay = document.querySelector("[data-stay]");
  if (stay) {
    const form = stay.querySelector("form"), warning = Number(stay.dataset.warning), clock = Date.now;
    let timer, due, told = clock(), dismissed = false, out = false;
    const ask = async (method) => {
      const words = method === "POST" ? { body: new FormData(form) } : { headers: { "X-Background": "yes" } };
      try {
        const answer = await fetch(form.action, { method, redirect: "manual", cache: "no-store", ...words });
        return answer.ok ? Number(await answer.text()) : 0;
      } catch {
        return null;
      }
    };
    const later = (seconds) => {
      clearTimeout(timer);
      due = clock() + seconds * 1000;
      timer = setTimeout(look, seconds * 1000);
    };
    const look = async () => {
      const left = await ask("GET");
      if (left === null) later(10);
      else if (left > warning) {
        if (stay.open) stay.close();
        later(left - warning);
      } else if (left > 0) {
        stay.querySelector("[data-left]").textContent = left > 60 ? "two minutes" : "less than a minute";
        if (!stay.open && !dismissed) stay.showModal();
        later(Math.min(left + 1, left > 60 ? left - 59 : 30));
      } else leave();
    };
    const leave = () => {
      const written = document.querySelector("form[data-changed]");
      clearTimeout(timer);
      if (!written) return location.assign(`${stay.dataset.signIn}?why=idle&next=${encodeURIComponent(location.pathname + location.search)}`);
      stay.querySelectorAll("[data-before]").forEach((part) => { part.hidden = true; });
      stay.querySelectorAll("[data-after]").forEach((part) => { part.hidden = false; });
      out = true;
      if (!stay.open) stay.showModal();
    };
    const remain = async () => {
      told = clock();
      const left = await ask("POST");
      dismissed = left !== null && left <= warning;
      if (stay.open) stay.close();
      if (dismissed) later(left + 1);
      else later(left === null ? 1 : left - warning);
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      remain();
    });
    stay.addEventListener("cancel", (event) => {
      event.preventDefault();
      if (!form.hidden) remain();
    });
    // Signing in over the page: what stands on it goes on with a new token.
    const again = stay.querySelector("[data-again]"), refusal = stay.querySelector("[data-refusal]");
    again.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        const words = new FormData(again), options = { cache: "no-store", redirect: "manual" };
        words.set("csrfmiddlewaretoken", await (await fetch(again.action, options)).text());
        const answer = await fetch(again.action, { method: "POST", body: words, ...options });
        const { token, left, refused, code } = await answer.json();
        if (refused) return refuse(refused, code);
        document.querySelectorAll("[name='csrfmiddlewaretoken']").forEach((field) => { field.value = token; });
        document.body.setAttribute("hx-headers", JSON.stringify({ "x-csrftoken": token }));
        again.reset();
        refusal.hidden = true;
        stay.querySelectorAll("[data-before]").forEach((part) => { part.hidden = false; });
        stay.querySelectorAll("[data-after]").forEach((part) => { part.hidden = true; });
        out = false;
        stay.close();
        told = clock();
        later(Math.max(left - warning, 1));
        document.dispatchEvent(new Event("again"));
      } catch {
        refuse("There is no connection just now. Try it once more.");
      }
    });
    const refuse = (why, code) => {
      refusal.textContent = why;
      refusal.hidden = false;
      if (code) stay.querySelector("[data-code]").hidden = false;
      stay.querySelector(code ? "[name='code']" : "[name='password']").focus();
    };
    stay.addEventListener("close", () => { if (out) stay.showModal(); }); // nobody reads on in their place
    // Writing a long note is no rest, though nothing is sent meanwhile.
    document.addEventListener("input", () => { if (clock() - told > 60000 && !stay.open) remain(); });
    document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); }); // also after the device was lent
    window.addEventListener("pageshow", (event) => { if (event.persisted) look(); });
    later(Math.max(Number(stay.dataset.left) - warning, 1));
  }

  // What is typed is kept on the server while it is being typed, session or not: see interactions/drafts.py.
  // The counter is the server's time, never ahead of it, so that words sent with the form itself are the later ones.
  const base = document.querySelector("[data-drafts]");
  const served = base && Number(base.dataset.now) * 1000, began = performance.now();
  if (base) document.querySelectorAll("form [name='draft']").forEach((pass) => {
    const form = pass.form, ours = ["csrfmiddlewaretoken", "form_token", "draft", "hinted"];
    const said = document.createElement("span");
    said.className = "soft small";
    said.setAttribute("aria-live", "polite");
    form.querySelector(".form-actions").append(said);
    let timer, since = 0, sending = false, kept = "", counter = 0;
    const words = () => JSON.stringify([...new FormData(form)].filter(([name, value]) => !ours.includes(name) && typeof value === "string"));
    const opened = words();
    const clock = () => new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: base.dataset.zone });
    const keep = async () => {
      clearTimeout(timer);
      since = 0;
      const text = words();
      if (text === kept || (!kept && text === opened) || form.dataset.sent) return;
      if (sending) return void (timer = setTimeout(keep, 500));
      sending = true;
      const body = new FormData();
      counter = Math.max(counter + 1, Math.floor(served + performance.now() - began));
      for (const [name, value] of [["draft", pass.value], ["counter", counter], ["text", text]]) body.append(name, value);
      try {
        const answer = await fetch(base.dataset.drafts, { method: "POST", body, credentials: "omit", keepalive: text.length < 15000 });
        if (answer.ok) kept = text;
        said.textContent = answer.ok ? `Kept today ${clock()}` :
          answer.status === 409 ? "This was saved before: save again to add what is new" :
          answer.status === 413 ? "Too long to be kept before it is saved" : "Not kept: save it soon";
      } catch {
        said.textContent = "Not kept yet: there is no connection. It still stands on this page.";
        timer = setTimeout(keep, 10000);
      }
      sending = false;
    };
    const soon = () => { // two seconds after a pause, and every five while somebody types on
      since ||= performance.now();
      clearTimeout(timer);
      timer = setTimeout(keep, Math.max(0, Math.min(2000, since + 5000 - performance.now())));
    };
    form.addEventListener("input", soon);
    form.addEventListener("change", soon);
    form.addEventListener("focusout", keep);
    document.addEventListener("visibilitychange", () => { if (document.hidden) keep(); });
    window.addEventListener("pagehide", keep);
    document.addEventListener("again", async () => {
      const body = new FormData();
      body.append("draft", pass.value);
      body.append("csrfmiddlewaretoken", form.querySelector("[name='csrfmiddlewaretoken']").value);
      const answer = await fetch(base.dataset.renew, { method: "POST", body, redirect: "manual" }).catch(() => null);
      if (answer && answer.ok) pass.value = await answer.text();
      keep();
    });
  });

  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();
})();
