/* Draws a family's list into the page, out of the page's own <template>s: every word comes from them or from the deck.
   Adds to window.Checklist: words(page), draw(page, words, deck, list, answers, now), drop(), text(words, name, values). */
(() => {
  "use strict";

  const MINUTE = 60000; // milliseconds
  const DAY = 1440; // minutes
  const CHIPS = ["free", "no-parent", "anonymous"];
  const FROM_RIGHT = ["ar", "fa", "he", "ur", "ps", "ckb"];
  const SLICE = 20; // milliseconds of drawing at a time, so that a slow phone shows the first items at once
  const AT_ONCE = 3; // items
  const ANY_CODE = "ccccc2"; // stands in the page's address of a service

  function words(page) {
    const found = {};
    for (const span of page.querySelector("template[data-words]").content.querySelectorAll("[data-word]")) {
      found[span.dataset.word] = span.textContent;
    }
    return found;
  }

  /* A date as the rest of the site writes it. */
  const dates = () => (document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang);

  /* Values within a sentence keep their own direction. */
  function text(known, name, values = {}) {
    return known[name].replace(/\{(\w+)\}/g, (whole, key) => (key in values ? `\u2068${values[key]}\u2069` : whole));
  }

  function form(page, name) {
    return page.querySelector(`template[data-form="${name}"]`).content.firstElementChild.cloneNode(true);
  }

  /* `language`: of a text that is not in the page's. */
  function put(place, said, language) {
    place.textContent = language ? "" : said || "";
    if (!language) return;
    const span = document.createElement("span");
    span.lang = language;
    span.dir = FROM_RIGHT.includes(language) ? "rtl" : "ltr";
    span.textContent = said;
    place.appendChild(span);
  }

  function slots(node, values, language) {
    for (const [name, said] of Object.entries(values)) {
      for (const place of node.querySelectorAll(`[data-slot="${name}"]`)) {
        put(place, said, language);
        if (!said && place.tagName !== "SPAN") place.remove();
      }
    }
  }

  function keepOnlyIf(node, selector, wanted) {
    const part = node.querySelector(selector);
    if (part && !wanted) part.remove();
    return wanted ? part : null;
  }

  function rows(place, texts, language) {
    for (const said of texts) {
      const row = document.createElement("li");
      put(row, said, language);
      place.appendChild(row);
    }
  }

  class Drawing {
    constructor(page, known, deck, answers, now) {
      this.now = now;
      this.page = page;
      this.words = known;
      this.deck = deck;
      this.answers = answers;
      this.steps = []; // what is still to be drawn, item by item
      this.items = new Map(deck.items.map((item) => [item.code, item]));
      const lang = document.documentElement.lang;
      this.numbers = new Intl.NumberFormat(lang, { maximumFractionDigits: 1 });
      this.clock = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "UTC" });
      this.weekday = new Intl.DateTimeFormat(lang, { weekday: "long", timeZone: "UTC" });
      this.languages = Intl.DisplayNames && new Intl.DisplayNames([lang], { type: "language" });
    }

    say(name, values) {
      return text(this.words, name, values);
    }

    /* The name in the reader's language; an old browser gives the one by which its speakers know it. */
    language(code) {
      try {
        return this.languages.of(code);
      } catch (unknown) {
        return this.named("languages", code);
      }
    }

    several(names) {
      return names.join(this.words.comma);
    }

    named(kind, code) {
      const found = this.deck[kind].find((each) => each.code === code);
      if (!found) return code;
      return (this.answers.route === "child" && found.child) || found.name;
    }

    /* --- why an item is here --- */

    because(reason) {
      const parts = [];
      const isAll = reason.grown_up && reason.years.length === new Set(this.answers.years).size;
      if (isAll && !reason.situations.length) return this.words.why_all;
      const ages = reason.years.map((year) => (year ? this.numbers.format(year) : this.words.newborn));
      if (ages.length) parts.push(this.say(ages.length > 1 ? "why_children" : "why_child", { ages: this.several(ages) }));
      if (reason.grown_up) parts.push(this.words.why_grown_up);
      if (reason.situations.length) {
        const names = reason.situations.map((code) => this.named("situations", code));
        parts.push(this.say("why_situations", { situations: this.several(names) }));
      }
      return parts.join(" · ") || this.words.why_all;
    }

    /* --- a service --- */

    lack(what, service) {
      if (what === "condition") {
        const wanted = this.answers.condition;
        return wanted ? this.say("lacks_condition", { condition: this.named("conditions", wanted) }) : this.words.lacks_alone;
      }
      if (what === "district") return this.say("lacks_district", { place: this.named("districts", this.answers.district) });
      const wanted = this.several(this.answers.languages.map((code) => this.language(code)));
      const name = service.has.includes("interpreter") ? "lacks_language_interpreter" : "lacks_language";
      return this.say(name, { languages: wanted });
    }

    /* Minutes of the town's clock are read as if it stood in Greenwich: nothing is shifted again. */
    opening(offer) {
      if (offer.at === null) return this.words[offer.open];
      const moment = offer.at * MINUTE;
      const time = this.clock.format(moment);
      if (offer.open === "open") return this.say("open_until", { time });
      const isToday = Math.floor(offer.at / DAY) === Math.floor(this.now / DAY);
      const day = this.weekday.format(moment);
      return isToday ? this.say("opens", { time }) : this.say("opens_on", { day, time });
    }

    chips(offer, service) {
      const isOpen = offer.open === "open" || offer.open === "always";
      const isPassing = offer.open === "open" || offer.open === "closed"; // untrue by the time somebody reads the paper
      const found = [[this.opening(offer), `chip--${isOpen ? "open" : "plain"}${isPassing ? " no-print" : ""}`]];
      for (const code of CHIPS) if (service.has.includes(code)) found.push([this.words[code], "chip--plain"]);
      const at = this.deck.districts.findIndex((district) => district.code === this.answers.district);
      const tenths = at >= 0 && service.km ? service.km[at] : null;
      if (tenths !== null && tenths !== undefined) {
        const distance = this.numbers.format(Math.max(tenths, 1) / 10);
        found.push([this.say("km", { distance, place: this.deck.districts[at].name }), "chip--distance"]);
      }
      if (service.speaks.length) found.push([service.speaks.join(" ").toUpperCase(), "chip--languages"]);
      return found;
    }

    fillChips(place, chips) {
      for (const [words, look] of chips) {
        const chip = document.createElement("li");
        chip.className = `chip ${look}`;
        chip.textContent = words;
        place.appendChild(chip);
      }
    }

    label(place, language) {
      const note = document.createElement("span");
      note.className = "said__note";
      note.textContent = ` (${this.say("in_language", { language: this.language(language) })})`;
      place.appendChild(note);
    }

    offer(offer) {
      const service = this.deck.services[offer.service];
      const node = form(this.page, "offer");
      slots(node, {
        number: service.number && service.number.shown,
        hours: service.hours,
        checked: service.checked,
        lantern: this.say("more", { code: service.code }),
      });
      slots(node, { agency: service.agency, title: service.title, told: service.told }, service.lang);
      if (service.lang) this.label(node.querySelector("h4"), service.lang);
      this.fillChips(node.querySelector("[data-chips]"), this.chips(offer, service));
      const where = keepOnlyIf(node, "[data-where]", service.where.length);
      if (where) rows(where, service.where.map((address) => `\u2068${address}\u2069`));
      const telephone = keepOnlyIf(node, "[data-tel]", service.number);
      if (telephone) telephone.querySelector("a").href = service.number.href;
      const lacks = keepOnlyIf(node, "[data-lacks]", offer.lacks.length);
      if (lacks) rows(lacks, offer.lacks.map((what) => this.lack(what, service)));
      const happens = keepOnlyIf(node, "[data-happens]", service.happens.length);
      if (happens) rows(happens, service.happens, service.lang);
      keepOnlyIf(node, "[data-told]", service.told);
      node.querySelector("[data-checked]").classList.toggle("verified--stale", !service.current);
      const address = this.page.dataset.service.replace(ANY_CODE, service.code);
      for (const link of node.querySelectorAll("[data-link]")) link.href = address;
      return node;
    }

    /* --- an item --- */

    item(entry, urgent) {
      const item = this.items.get(entry.item);
      const node = form(this.page, "item");
      const others = entry.offers.slice(1);
      slots(node, {
        say: this.said(item.code),
        help: this.answers.route === "child" ? "" : item.help,
        why: this.because(entry.because),
        others: this.say("others", { number: others.length }),
      });
      node.dataset.item = item.code;
      node.classList.toggle("advice--urgent", urgent);
      const first = keepOnlyIf(node, "[data-offers]", entry.offers.length);
      if (first) first.appendChild(this.offer(entry.offers[0]));
      const more = keepOnlyIf(node, "[data-others]", others.length);
      if (more) for (const offer of others) more.querySelector("[data-other-offers]").appendChild(this.offer(offer));
      keepOnlyIf(node, "[data-nobody]", !entry.offers.length);
      const tick = node.querySelector("[data-tick]");
      tick.checked = this.answers.ticked.includes(item.code);
      node.classList.toggle("advice--known", tick.checked);
      return node;
    }

    group(name, entries, urgent) {
      const node = form(this.page, "group");
      put(node.querySelector("h2"), name);
      node.classList.toggle("list__group--urgent", urgent);
      const place = node.querySelector("ul");
      for (const entry of entries) this.steps.push(() => place.appendChild(this.item(entry, urgent)));
      return node;
    }

    groups(list) {
      const found = list.urgent.length ? [this.group(this.words.first, list.urgent, true)] : [];
      for (const group of list.groups) {
        if (group.items.length) found.push(this.group(this.named("groups", group.code), group.items, false));
      }
      return found.length ? found : [form(this.page, "item").querySelector("[data-nobody]")]; // never a list without a person
    }

    /* --- what to bring, and what has changed --- */

    documents(list) {
      return list.bring.map((each) => {
        const document = this.deck.documents[each.document];
        return `${document}: ${this.say("needed", { number: each.for.length })}`;
      });
    }

    changes(list) {
      const entries = list.urgent.concat(...list.groups.map((group) => group.items));
      return list.changes.map((change) => {
        const gone = this.deck.gone[change.gone];
        const said = this.say(`was_${gone.what}`, { title: gone.title || this.said(change.items[0]).replace(/\.$/, ""), day: this.day(gone.day) });
        const entry = entries.find((each) => change.items.includes(each.item) && each.offers.length);
        return entry ? `${said} ${this.instead(this.deck.services[entry.offers[0].service])}` : said;
      });
    }

    /* Of what is gone the list says no name: only what it was for. */
    said(code) {
      const item = this.items.get(code);
      return this.answers.route === "child" ? item.child : item.say;
    }

    /* A number is read from the left, in every script. */
    instead(service) {
      const title = service.number ? `${service.title}${this.words.comma}\u2066${service.number.shown}\u2069` : service.title;
      return this.say("instead", { title });
    }

    day(written) {
      if (!written) return "";
      const style = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
      return new Date(`${written}T00:00:00Z`).toLocaleDateString(dates(), style);
    }
  }

  function folded(section, texts) {
    section.hidden = !texts.length;
    const place = section.querySelector("[data-rows]");
    place.replaceChildren();
    rows(place, texts);
  }

  let unfinished = [];
  let total = 0;

  function count(page, known) {
    const ticked = page.querySelectorAll("[data-list] [data-tick]:checked").length;
    return text(known, ticked ? "known" : "shown", ticked ? { number: ticked, all: total } : { number: total });
  }

  /* Goes on until a moment of `performance.now()`, then again when the page has breathed. */
  function goOn(page, known, until) {
    while (unfinished.length && performance.now() < until) unfinished.shift()();
    if (unfinished.length) {
      setTimeout(() => goOn(page, known, performance.now() + SLICE));
      return;
    }
    page.querySelector("[data-list]").removeAttribute("aria-busy");
    page.querySelector('[data-slot="count"]').textContent = count(page, known);
  }

  function draw(page, known, deck, list, answers, now) {
    const drawing = new Drawing(page, known, deck, answers, now);
    page.querySelector("[data-groups]").replaceChildren(...drawing.groups(list));
    total = drawing.steps.length;
    for (const step of drawing.steps.splice(0, AT_ONCE)) step();
    folded(page.querySelector("[data-bring]"), drawing.documents(list));
    folded(page.querySelector("[data-changes]"), drawing.changes(list));
    page.querySelector('[data-slot="made"]').textContent = text(known, "made", { day: drawing.day(deck.made) });
    page.querySelector('[data-slot="count"]').textContent = count(page, known);
    page.querySelector("[data-list]").setAttribute("aria-busy", "true");
    unfinished = drawing.steps;
    requestAnimationFrame(() => setTimeout(() => goOn(page, known, performance.now() + SLICE)));
  }

  function drop() {
    unfinished = [];
    total = 0;
  }

  window.addEventListener("beforeprint", () => { while (unfinished.length) unfinished.shift()(); });

  Object.assign(window.Checklist, { words, text, form, put, draw, drop, count });
})();
