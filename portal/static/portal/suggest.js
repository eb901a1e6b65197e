/* How what is being typed may go on: a native list beside the field, so keyboard and screen reader need nothing new.
   The words travel by fetch, in the body, to the form's one address (SAFETY.md 6); without this file nothing is missing. */
(() => {
  "use strict";

  const WAIT = 250;
  const form = document.querySelector("form[data-search-form]");
  const field = form?.elements.words;
  if (!field) return;

  const list = document.createElement("datalist");
  list.id = "suggestions";
  field.after(list);
  field.setAttribute("list", list.id);
  let waiting = 0;
  let running = null;

  function stop() {
    clearTimeout(waiting);
    running?.abort();
  }

  function option({ words, count }) {
    const made = document.createElement("option");
    made.value = words;
    made.label = `${words} (${count})`;
    return made;
  }

  async function ask(words) {
    if (!field.isConnected) return; // the visitor has left by the exit
    running = new AbortController();
    const answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams({ suggest: "1", words }),
      signal: running.signal,
      cache: "no-store",
      headers: { "X-Requested-With": "fetch" },
    });
    if (answer.ok) list.replaceChildren(...(await answer.json()).map(option));
  }

  field.addEventListener("input", (event) => {
    stop();
    const words = field.value.trim();
    const isChosen = [...list.options].some((each) => each.value === field.value);
    if (event.isComposing || isChosen || words.length < 2) return;
    waiting = setTimeout(() => ask(field.value).catch(() => {}), WAIT); // what fails is only a comfort
  });

  form.addEventListener("submit", stop);
  window.addEventListener("pagehide", stop);
})();
