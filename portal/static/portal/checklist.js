/* A family's own list, without a trace (SAFETY.md 6, 15). What is answered lives in this page's memory alone: not in the
   address, not in history.state, not in a form, a title or a store. The deck is fetched once, at the press of a button, from one
   constant address, the same for everybody; after that nothing is asked of the server.

   The page:  [data-checklist] with data-deck (address), data-route; [data-start], [data-questions] > [data-question],
              [data-list], [data-plain]: one of the first three is to be seen; the plain list is there until questions begin
   A code in the fragment is taken out of the address at once and opened. checklist_deck.js evaluates, checklist_list.js draws. */
(() => {
  "use strict";

  const page = document.querySelector("[data-checklist]");
  const Checklist = window.Checklist;
  if (!page || !Checklist || !Checklist.evaluate) return;

  const SOON = 400; // milliseconds
  const SLOW = 5000;
  const CODE = /^#([cdfhjkmnptvx2-9-]{6,})$/i;
  const words = Checklist.words(page);
  const one = (selector) => page.querySelector(selector);
  const questions = Array.from(page.querySelectorAll("[data-question]"));

  let deck = null;
  let answers = fresh();
  let since = ""; // of an opened list: when it was made

  function fresh() {
    return {
      route: page.dataset.route,
      years: [],
      situations: null,
      languages: [],
      district: null,
      condition: null,
      everything: false,
      ticked: [],
    };
  }

  /* --- what is to be seen --- */

  function showOnly(part, focused) {
    for (const name of ["[data-start]", "[data-questions]", "[data-list]"]) one(name).hidden = name !== part;
    one("[data-plain]").hidden = part !== "[data-start]";
    page.classList.toggle("checklist--begun", part !== "[data-start]");
    focused.focus({ preventScroll: true });
    page.scrollIntoView();
  }

  function announce(text) {
    one("[data-announce]").textContent = text;
  }

  function trouble(text) {
    const notice = one("[data-trouble]");
    notice.hidden = !text;
    notice.querySelector("span").textContent = text || "";
  }

  /* --- the deck --- */

  async function fetched() {
    if (deck) return deck;
    const waiting = [setTimeout(() => trouble(words.loading), SOON), setTimeout(() => trouble(words.slow), SLOW)];
    try {
      const answer = await fetch(page.dataset.deck, { credentials: "omit", cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      deck = await answer.json();
      offerChoices();
      trouble("");
      return deck;
    } finally {
      waiting.forEach(clearTimeout);
    }
  }

  /* Does `then` once the deck is there; where it cannot be had, says so and leaves the plain list. */
  async function withDeck(then) {
    trouble("");
    try {
      await fetched();
    } catch (failed) {
      trouble(words.failed);
      return;
    }
    if (page.isConnected) then();
  }

  /* --- questions --- */

  function choice(text, kind, group, value, language) {
    const row = Checklist.form(page, "choice");
    const input = row.querySelector("input");
    input.type = kind;
    if (group) input.name = group;
    input.answer = value; // a property, not an attribute: nothing of it stands in the page
    Checklist.put(row.querySelector("[data-text]"), text, language);
    return row;
  }

  function offerChoices() {
    const childs = page.dataset.route === "child";
    const lists = {
      situations: deck.situations.filter((each) => !childs || each.child),
      languages: deck.languages,
      district: deck.districts,
      condition: deck.conditions,
    };
    for (const [name, rows] of Object.entries(lists)) {
      const place = one(`[data-choices="${name}"]`);
      if (!place) continue;
      const isOne = name === "district" || name === "condition";
      const made = rows.map((each) =>
        choice((childs && each.child) || each.name, isOne ? "radio" : "checkbox", isOne ? name : "", each.code, name === "languages" && each.code));
      if (name === "situations") made.push(choice(words.none, "checkbox", "", ""));
      place.replaceChildren(...made);
    }
    for (const input of page.querySelectorAll("[data-value]")) input.answer = Number(input.dataset.value);
  }

  const isHeld = {
    years: (value) => answers.years.includes(value),
    situations: (value) => answers.situations !== null && (value ? answers.situations.includes(value) : !answers.situations.length),
    languages: (value) => answers.languages.includes(value),
    district: (value) => answers.district === value,
    condition: (value) => answers.condition === value,
  };

  const take = {
    years: (values) => { answers.years = values.sort((a, b) => a - b); },
    situations: (values) => { answers.situations = values.length ? values.filter(Boolean) : null; },
    languages: (values) => { answers.languages = values; },
    district: (values) => { answers.district = values.length ? values[0] : null; },
    condition: (values) => { answers.condition = values.length ? values[0] : null; },
  };

  function ask(number) {
    const asked = questions[number];
    for (const each of questions) each.hidden = each !== asked;
    const name = asked.dataset.question;
    for (const input of asked.querySelectorAll("input")) input.checked = isHeld[name](input.answer);
    asked.querySelector("[data-progress]").textContent =
      Checklist.text(words, "progress", { step: number + 1, steps: questions.length });
    showOnly("[data-questions]", asked.querySelector("h2"));
  }

  function read(asked) {
    const pressed = Array.from(asked.querySelectorAll("input")).filter((input) => input.checked);
    take[asked.dataset.question](pressed.map((input) => input.answer));
    answers.everything = false;
  }

  /* "None of these" and the others exclude each other: the later press counts. */
  function onlyOneKind(changed) {
    if (changed.answer === undefined || !changed.checked) return;
    for (const input of changed.closest("[data-question]").querySelectorAll("input[type=checkbox]")) {
      if (input !== changed && (input.answer === "") !== (changed.answer === "")) input.checked = false;
    }
  }

  /* --- the list --- */

  /* What the town's clock says, in minutes since 1970: wherever the phone believes to be. */
  function townMinutes() {
    const wanted = { timeZone: deck.zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" };
    const read = {};
    for (const part of new Intl.DateTimeFormat("en-u-nu-latn", wanted).formatToParts(new Date())) read[part.type] = Number(part.value);
    return Date.UTC(read.year, read.month - 1, read.day, read.hour, read.minute) / 60000;
  }

  function showList() {
    const now = townMinutes();
    const list = Checklist.evaluate(deck, answers, now, since);
    Checklist.draw(page, words, deck, list, answers, now);
    Checklist.hideLink(page);
    showCode();
    showOnly("[data-list]", one("#list"));
    announce(one('[data-slot="count"]').textContent);
  }

  function code() {
    return Checklist.encode(answers, deck, Date.now());
  }

  function showCode() {
    one('[data-slot="code"]').textContent = code();
  }

  function tick(box) {
    const item = box.closest("[data-item]");
    const known = item.dataset.item;
    answers.ticked = answers.ticked.filter((each) => each !== known).concat(box.checked ? [known] : []);
    item.classList.toggle("advice--known", box.checked);
    one('[data-slot="count"]').textContent = Checklist.count(page, words);
    Checklist.hideLink(page);
    showCode();
  }

  /* --- a list from a code --- */

  function open(written) {
    withDeck(() => {
      try {
        const opened = Checklist.decode(written, deck);
        answers = Object.assign(fresh(), opened.answers, { route: page.dataset.route }); // the page's own words
        since = opened.since;
      } catch (wrong) {
        one("[data-code]").value = written;
        wrongCode(wrong.reason);
        return;
      }
      one("[data-code]").value = "";
      wrongCode("");
      showList();
    });
  }

  function wrongCode(reason) {
    const place = one("[data-code-error]");
    place.hidden = !reason;
    place.querySelector("span").textContent = reason ? words[reason === "format" ? "newer" : "code"] : "";
    if (!reason) return one("[data-code]").removeAttribute("aria-invalid");
    place.closest("details").open = true;
    one("[data-code]").setAttribute("aria-invalid", "true");
    one("[data-code]").focus();
  }

  function openFromAddress() {
    const found = CODE.exec(location.hash);
    if (!found) return;
    history.replaceState(null, "", location.pathname);
    open(found[1]);
  }

  /* --- forgetting --- */

  function forget() {
    answers = fresh();
    since = "";
    Checklist.drop();
    for (const name of ["[data-groups]", "[data-rows]", '[data-slot="code"]']) {
      for (const place of page.querySelectorAll(name)) place.replaceChildren();
    }
    one("[data-code]").value = "";
    delete document.documentElement.dataset.paper;
    for (const asked of questions) for (const input of asked.querySelectorAll("input")) input.checked = false;
    Checklist.hideLink(page);
  }

  function leave() {
    forget();
    deck = null;
    for (const place of page.querySelectorAll("[data-choices]")) place.replaceChildren();
  }

  /* --- presses --- */

  function atQuestion(asked, button) {
    const number = questions.indexOf(asked);
    if (button.matches("[data-skip]")) for (const input of asked.querySelectorAll("input")) input.checked = false;
    read(asked);
    if (button.matches("[data-back]")) return number ? ask(number - 1) : showOnly("[data-start]", one("#start"));
    if (button.matches("[data-show]") || number + 1 === questions.length) return showList();
    return ask(number + 1);
  }

  page.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const asked = button.closest("[data-question]");
    if (asked) atQuestion(asked, button);
    else if (button.matches("[data-begin]")) withDeck(() => ask(0));
    else if (button.matches("[data-everything]")) withDeck(() => { answers.everything = true; showList(); });
    else if (button.matches("[data-change]")) ask(0);
    else if (button.matches("[data-to-keep]")) { one("#keep").focus(); one("#keep").scrollIntoView(); }
    else if (button.matches("[data-again]")) { forget(); showOnly("[data-start]", one("#start")); }
    else if (button.matches("[data-open]")) open(one("[data-code]").value);
  });

  page.addEventListener("change", (event) => {
    if (event.target.matches("[data-tick]")) tick(event.target);
    else if (event.target.closest('[data-question="situations"]')) onlyOneKind(event.target);
  });

  one("[data-code]").addEventListener("keydown", (event) => {
    if (event.key === "Enter") open(event.target.value);
  });

  window.addEventListener("leaving", leave); // the exit says so before the next site answers
  window.addEventListener("pagehide", leave);
  window.addEventListener("hashchange", openFromAddress);
  Checklist.keep(page, code);
  page.classList.add("checklist--able");
  openFromAddress();
})();
