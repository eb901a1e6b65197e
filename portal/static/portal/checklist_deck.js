/* The checklist's rules in the browser: from the deck (one file, the same for everybody) and a family's answers to its
   list. portal/family_list.py says the same in Python and is the reference; tests/browser/test_checklist_deck.py holds
   the two together. Also the keepsake code: the answers as letters, to be typed again or to stand behind a link's "#".
   Nothing here asks the network or keeps anything. Written in the JavaScript of ten years ago, as exit.js is. */
(function () {
  "use strict";

  var GROWN_UP = 26;
  var MOST_OFFERS = 3;
  var URGENT = ["now", "today"];
  var UNKNOWN_KM = 1000000;
  var ALONE = "no-parent";

  // --- the list ------------------------------------------------------------------------------------------------

  function has(list, value) {
    return list.indexOf(value) >= 0;
  }

  function within(years, year) {
    return year === null || years === null || (years[0] <= year && year <= years[1]);
  }

  function place(named, code) {
    for (var i = 0; i < named.length; i += 1) if (named[i].code === code) return i;
    return -1;
  }

  /* The answers with nothing left open, and without a district that the town has no more. */
  function known(deck, said) {
    var isChild = said.route === "child";
    return {
      isChild: isChild,
      years: said.years || [],
      situations: said.situations || null,
      languages: said.languages || [],
      district: said.district ? place(deck.districts, said.district) : -1,
      wanted: said.condition || (isChild ? ALONE : ""),
      everything: Boolean(said.everything)
    };
  }

  function applies(item, answers) {
    var own = answers.years.filter(function (year, at) {
      return within(item.years, year) && answers.years.indexOf(year) === at;
    }).sort(function (a, b) { return a - b; });
    var grownUp = item.years[1] >= GROWN_UP && answers.years.length > 0 && !answers.isChild;
    var chosen = item.situations.filter(function (code) { return answers.situations && has(answers.situations, code); });
    var because = { years: own, grown_up: grownUp, situations: chosen };
    if (answers.isChild && !item.child) return null;
    if (answers.everything) return because;
    if (answers.years.length && !own.length && !grownUp) return null;
    if (item.situations.length && answers.situations !== null && !chosen.length) return null;
    return because;
  }

  function peopleOf(because) {
    var people = because.years.concat(because.grown_up ? [GROWN_UP] : []);
    return people.length ? people : [null];
  }

  function lacksOf(service, answers) {
    var lacks = [];
    if (answers.district >= 0 && service.districts !== null && !has(service.districts, answers.district)) lacks.push("district");
    if (answers.languages.length && !service.speaks.some(function (code) { return has(answers.languages, code); })) lacks.push("language");
    if (answers.wanted && !has(service.has, answers.wanted)) lacks.push("condition");
    return lacks;
  }

  function tenthsTo(service, lacks, answers) {
    if (answers.district < 0 || has(lacks, "district") || service.km === null) return 0;
    var tenths = service.km[answers.district];
    return tenths === null ? UNKNOWN_KM : tenths;
  }

  function orderOf(service, answers) {
    var lacks = lacksOf(service, answers);
    return [
      has(lacks, "district") ? 1 : 0,
      has(lacks, "language") ? 1 : 0,
      has(lacks, "condition") ? 1 : 0,
      service.current ? 0 : 1,
      tenthsTo(service, lacks, answers),
      service.code
    ];
  }

  function compare(a, b) {
    for (var i = 0; i < a.length; i += 1) {
      if (a[i] < b[i]) return -1;
      if (a[i] > b[i]) return 1;
    }
    return 0;
  }

  function openingAt(hours, now) {
    if (typeof hours === "string") return { open: hours, at: null };
    var next = null;
    for (var i = 0; i < hours.length; i += 1) {
      if (hours[i][0] <= now && now < hours[i][1]) return { open: "open", at: hours[i][1] };
      if (hours[i][0] > now && (next === null || hours[i][0] < next)) next = hours[i][0];
    }
    return { open: "closed", at: next };
  }

  function offersOf(deck, item, because, answers, now) {
    var ranked = item.offers.map(function (at) {
      return { at: at, order: orderOf(deck.services[at], answers) };
    }).sort(function (a, b) { return compare(a.order, b.order); });
    var people = peopleOf(because);
    var firsts = [];
    people.forEach(function (person) {
      var first = ranked.filter(function (each) { return within(deck.services[each.at].years, person); })[0];
      if (first && !has(firsts, first.at)) firsts.push(first.at);
    });
    var best = firsts.slice();
    ranked.forEach(function (each) {
      var suits = people.some(function (person) { return within(deck.services[each.at].years, person); });
      if (suits && !has(best, each.at)) best.push(each.at);
    });
    return best.slice(0, Math.max(MOST_OFFERS, firsts.length)).map(function (at) {
      var opening = openingAt(deck.services[at].open, now);
      return { service: at, lacks: lacksOf(deck.services[at], answers), open: opening.open, at: opening.at };
    });
  }

  function bringOf(deck, entries) {
    var wanted = [];
    entries.forEach(function (entry) {
      entry.offers.slice(0, 1).forEach(function (offer) {
        deck.services[offer.service].bring.forEach(function (document) {
          var row = wanted.filter(function (each) { return each.document === document; })[0];
          if (!row) wanted.push(row = { document: document, "for": [] });
          row["for"].push(entry.item);
        });
      });
    });
    return wanted.sort(function (a, b) { return b["for"].length - a["for"].length || a.document - b.document; });
  }

  function changesOf(deck, entries, answers, since) {
    if (!since) return [];
    var found = [];
    deck.gone.forEach(function (gone, at) {
      var items = gone.items.filter(function (code) {
        return entries.some(function (entry) {
          return entry.item === code && peopleOf(entry.because).some(function (person) { return within(gone.years, person); });
        });
      });
      if (items.length && gone.day >= since && !has(lacksOf(gone, answers), "district")) found.push({ gone: at, items: items });
    });
    return found;
  }

  /* now: minutes of the town's clock since 1970. since: the ISO day on which an older list was made, or "". */
  function evaluate(deck, said, now, since) {
    var answers = known(deck, said);
    var entries = [];
    var items = {};
    deck.items.forEach(function (item) {
      var because = applies(item, answers);
      items[item.code] = item;
      if (because) entries.push({ item: item.code, because: because, offers: offersOf(deck, item, because, answers, now) });
    });
    var urgent = [];
    URGENT.forEach(function (level) {
      urgent = urgent.concat(entries.filter(function (entry) { return items[entry.item].urgency === level; }));
    });
    var groups = deck.groups.map(function (group) {
      return {
        code: group.code,
        items: entries.filter(function (entry) {
          return items[entry.item].group === group.code && !has(URGENT, items[entry.item].urgency);
        })
      };
    }).filter(function (group) { return group.items.length; });
    return { urgent: urgent, groups: groups, bring: bringOf(deck, entries), changes: changesOf(deck, entries, answers, since) };
  }

  // --- the keepsake code -----------------------------------------------------------------------------------------

  var SIGNS = "cdfhjkmnptvx23456789";
  var FORMAT = 1;
  var WEEK = 7 * 24 * 60 * 60 * 1000;
  var FIRST_WEEK = Date.UTC(2026, 0, 5); // a Monday
  var CHECK = 7919; // a prime just below 20 * 20 * 20: three signs

  /* A number as large as it gets, in the base of our signs: values go in and come out like plates of a stack. */
  function Stack(digits) {
    this.digits = digits || [1];
  }

  Stack.prototype.push = function (value, radix) {
    var carry = value;
    for (var i = 0; i < this.digits.length; i += 1) {
      carry += this.digits[i] * radix;
      this.digits[i] = carry % SIGNS.length;
      carry = Math.floor(carry / SIGNS.length);
    }
    for (; carry; carry = Math.floor(carry / SIGNS.length)) this.digits.push(carry % SIGNS.length);
  };

  Stack.prototype.pop = function (radix) {
    var rest = 0;
    for (var i = this.digits.length - 1; i >= 0; i -= 1) {
      rest = rest * SIGNS.length + this.digits[i];
      this.digits[i] = Math.floor(rest / radix);
      rest %= radix;
    }
    while (this.digits.length && !this.digits[this.digits.length - 1]) this.digits.pop();
    return rest;
  };

  function refuse(reason) {
    var error = new Error(reason);
    error.reason = reason;
    return error;
  }

  function positions(codes, all) {
    return codes.map(function (code) { return all.indexOf(code); }).filter(function (at) { return at >= 0; });
  }

  /* A language's code as a number: up to three letters; what stands behind a hyphen is left out. */
  function letters(code) {
    return code.split("-")[0].slice(0, 3).split("").reduce(function (sum, letter) {
      return sum * 27 + letter.charCodeAt(0) - 96;
    }, 0);
  }

  function fromLetters(number) {
    var code = "";
    for (; number; number = Math.floor(number / 27)) code = String.fromCharCode(96 + number % 27) + code;
    return code;
  }

  /* What a code says, in the order it is read: [value, how many values there could be]. */
  function plates(said, deck, week) {
    var numbers = deck.numbers;
    var list = [[FORMAT, 8], [week, 1024], [said.route === "child" ? 1 : 0, 2], [said.everything ? 1 : 0, 2]];
    function add(values, most, radix) {
      list.push([Math.min(values.length, most), most + 1]);
      values.slice(0, most).forEach(function (value) { list.push([value, radix]); });
    }
    add(said.years || [], 11, GROWN_UP);
    list.push([said.situations ? 1 : 0, 2]);
    add(positions(said.situations || [], numbers.situations), 63, 64);
    add((said.languages || []).map(letters), 7, 19683);
    list.push([numbers.districts.indexOf(said.district) + 1, 512]);
    list.push([numbers.conditions.indexOf(said.condition) + 1, 64]);
    add(positions(said.ticked || [], numbers.items), 127, 128);
    return list;
  }

  function checkOf(digits) {
    return digits.reduce(function (sum, digit) { return (sum * 31 + digit + 1) % CHECK; }, 7);
  }

  function weekOf(moment) {
    return Math.max(0, Math.min(1023, Math.floor((moment - FIRST_WEEK) / WEEK)));
  }

  function encode(said, deck, moment) {
    var stack = new Stack();
    plates(said, deck, weekOf(moment)).reverse().forEach(function (plate) { stack.push(plate[0], plate[1]); });
    var digits = stack.digits.slice();
    for (var i = 0, check = checkOf(digits); i < 3; i += 1, check = Math.floor(check / SIGNS.length)) digits.push(check % SIGNS.length);
    return digits.map(function (digit) { return SIGNS[digit]; }).join("").replace(/(.{4})(?=.)/g, "$1-");
  }

  function named(stack, all, most, radix) {
    var found = [];
    for (var left = stack.pop(most + 1); left; left -= 1) found.push(stack.pop(radix));
    return all ? found.map(function (at) { return all[at]; }).filter(Boolean) : found;
  }

  /* Throws an error whose `reason` is "typed" (a slip of the finger) or "format" (from another version). */
  function decode(code, deck) {
    var digits = String(code).toLowerCase().replace(/[\s#-]/g, "").split("").map(function (sign) { return SIGNS.indexOf(sign); });
    var check = digits.splice(-3).reduceRight(function (sum, digit) { return sum * SIGNS.length + digit; }, 0);
    if (digits.length < 8 || has(digits, -1) || checkOf(digits) !== check) throw refuse("typed");
    var stack = new Stack(digits);
    if (stack.pop(8) !== FORMAT) throw refuse("format");
    var numbers = deck.numbers;
    var since = new Date(FIRST_WEEK + stack.pop(1024) * WEEK).toISOString().slice(0, 10);
    var answers = { route: stack.pop(2) ? "child" : "family", everything: Boolean(stack.pop(2)) };
    answers.years = named(stack, null, 11, GROWN_UP);
    var askedSituations = stack.pop(2);
    var situations = named(stack, numbers.situations, 63, 64);
    answers.situations = askedSituations ? situations : null;
    answers.languages = named(stack, null, 7, 19683).map(fromLetters);
    answers.district = numbers.districts[stack.pop(512) - 1] || null;
    answers.condition = numbers.conditions[stack.pop(64) - 1] || null;
    answers.ticked = named(stack, numbers.items, 127, 128);
    if (stack.digits.join() !== "1") throw refuse("typed");
    return { answers: answers, since: since };
  }

  window.Checklist = { evaluate: evaluate, encode: encode, decode: decode };
})();
