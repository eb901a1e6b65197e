/* Search without a trace of the words (SAFETY.md 6). The form works without this file; with it, the words travel by
   fetch to the form's one address, and history keeps nothing but the sealed query, so that Back restores the results.

   The page:  form[data-search-form] (autocomplete="off"), with its fields inside or tied to it by form="…"
              [data-results] what is replaced: count, facets, cards, pager; attribute data-seal, data-words
              [data-count] inside it: the sentence "12 places found", with tabindex="-1"
              [data-announce] outside it, role="status": where that sentence is read out
              [data-failed] outside it, hidden, role="alert": "No connection …"
              [data-apply] the "show results" button of the facets, which nobody needs with script
              button[data-share][hidden] with data-done and data-by-hand; [data-share-note] role="status" beside it
   The server: POST with `X-Requested-With: fetch` answers a fragment that holds [data-results] and the header `X-Seal`;
              body `seal=…` alone asks for that search again, `seal=…&share=1` for a link to it as plain text,
              `from=…` beside a form's own fields names the search it grew out of. */
(() => {
  "use strict";

  const form = () => document.querySelector("form[data-search-form]");
  const results = () => document.querySelector("[data-results]");
  if (!form() || !results()) return;

  const address = new URL(form().getAttribute("action"), location.href).href;
  const choices = "input[type=checkbox], input[type=radio], select";
  let running = null;
  let asPlainForm = false;
  let shown = history.state?.seal || results().dataset.seal || "";

  function keep(token, isNew = false) {
    shown = token;
    const state = token ? { seal: token } : null;
    if (isNew) history.pushState(state, "", address);
    else history.replaceState(state, "", address);
    // The exit of a later page reads this, to burn what the entries behind it still hold.
    window.navigation?.updateCurrentEntry({ state });
  }

  function post(body, signal) {
    return fetch(address, { method: "POST", body, signal, cache: "no-store", headers: { "X-Requested-With": "fetch" } });
  }

  function fragment(text) {
    return new DOMParser().parseFromString(text, "text/html").querySelector("[data-results]");
  }

  /* Ask, and show the answer. True if it was shown, false if the server's answer holds no results. */
  async function ask(body, { isNew = false, refill = false } = {}) {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    results().setAttribute("aria-busy", "true");
    try {
      const answer = await post(body, mine.signal);
      const fresh = fragment(await answer.text());
      if (mine !== running || !results()) return true; // overtaken, or the visitor has left by the exit
      if (!fresh) return false;
      const token = answer.headers.get("X-Seal") || "";
      keep(token, isNew && token !== "");
      replace(fresh, refill);
      return true;
    } catch (error) {
      if (error.name === "AbortError") return true;
      offline(true);
      return true;
    } finally {
      if (mine === running) results()?.removeAttribute("aria-busy");
    }
  }

  function replace(fresh, refill) {
    const old = results();
    const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
    const unfolded = [...old.querySelectorAll("details[id]")].filter((part) => part.open).map((part) => part.id);
    old.replaceWith(document.adoptNode(fresh));
    for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    if (refill) fillWords(fresh);
    offline(false);
    settle();
  }

  function fillWords(fresh) {
    const words = form().querySelector("input[type=search], input[type=text]");
    if (words && fresh.dataset.words !== undefined) words.value = fresh.dataset.words;
  }

  function announce() {
    const place = document.querySelector("[data-announce]");
    const count = results().querySelector("[data-count]");
    if (!place || !count) return;
    place.textContent = "";
    setTimeout(() => { place.textContent = count.textContent.trim(); }, 100);
  }

  /* After a deliberate search the reader goes on at the results; ticking a box must not move anybody. */
  function goToResults() {
    const count = results().querySelector("[data-count]");
    if (!count) return;
    count.focus({ preventScroll: true });
    if (count.getBoundingClientRect().top < 0) count.scrollIntoView();
  }

  function offline(isSo) {
    const notice = document.querySelector("[data-failed]");
    if (notice) notice.hidden = !isSo;
  }

  /* The server answered something else than results. The ordinary road is safe: it answers 303 to a sealed address. */
  function submitPlainly(submitter) {
    asPlainForm = true;
    try {
      form().requestSubmit(submitter?.isConnected ? submitter : null);
    } finally {
      asPlainForm = false;
    }
  }

  async function search(submitter, isNew) {
    const body = new URLSearchParams(new FormData(form(), submitter));
    if (shown) body.set("from", shown);
    if (!(await ask(body, { isNew }))) return submitPlainly(submitter);
    if (isNew) goToResults();
    else announce();
  }

  /* "Open now" and a day exclude each other: the later choice counts. */
  function onlyOneTime(chosen) {
    const { open, day } = form().elements;
    if (chosen === day && day.value && open) open.checked = false;
    if (chosen === open && open.checked) day.value = "";
  }

  async function restore(token) {
    results().style.visibility = "hidden"; // else the whole list flashes by before the results
    await ask(new URLSearchParams({ seal: token }), { refill: true });
    results().style.visibility = "";
  }

  /* What exists only with script, and what only without. */
  function settle() {
    for (const button of document.querySelectorAll("[data-share]")) button.hidden = !shown;
    for (const button of document.querySelectorAll("[data-apply]")) button.hidden = true;
  }

  async function share(button) {
    const note = document.querySelector("[data-share-note]");
    const answer = await post(new URLSearchParams({ seal: shown, share: "1" }));
    if (!answer.ok) return;
    const link = await answer.text();
    try {
      await navigator.clipboard.writeText(link);
      note.textContent = button.dataset.done;
    } catch (refused) {
      showLink(note, button.dataset.byHand, link);
    }
  }

  function showLink(note, label, link) {
    const field = document.createElement("input");
    field.readOnly = true;
    field.value = link;
    field.setAttribute("aria-label", label);
    note.replaceChildren(label, " ", field);
    field.select();
  }

  document.addEventListener("submit", (event) => {
    if (event.target !== form() || asPlainForm) return;
    event.preventDefault();
    search(event.submitter, shown !== "");
  });

  document.addEventListener("change", (event) => {
    if (event.target.form !== form() || !event.target.matches(choices)) return;
    onlyOneTime(event.target);
    search(null, false);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-share]");
    if (button) share(button).catch(() => offline(true));
  });

  /* The same search in another language: its address is sealed too. */
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[hreflang]");
    if (link && shown) link.pathname = link.pathname.replace(/\/find\/([\w-]{300,}\/)?$/, `/find/${shown}/`);
  });

  window.addEventListener("popstate", (event) => {
    if (event.state?.seal) restore(event.state.seal);
    else if (shown) keep(shown); // a jump within the page made this entry
  });

  if (history.state?.seal) restore(history.state.seal);
  else if (shown) keep(shown);
  settle();
})();
