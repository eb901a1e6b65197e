/* The exit (SAFETY.md 2 and 3). Loaded in <head>, before anything is painted:
     <script src="exit.js" data-exit="https://…" data-burn="/burn" data-icon="…" data-title="…"></script>
   A link [data-exit], or Shift pressed three times alone, blanks the page at once and replaces it. One bit in
   sessionStorage says "left": Back and Reload then leave again, a new visit clears it. Without script it is a link.
   Written in the JavaScript of ten years ago, because the phone may be older than that. */
(function () {
  "use strict";

  var own = document.currentScript.dataset;
  var root = document.documentElement;
  var FLAG = "left";
  var WITHIN = 5000;
  var SEALED = /\/(?:find|wrong)\/([\w-]{300,})\/?$/;

  function hasLeft() {
    try {
      return sessionStorage.getItem(FLAG) === "1";
    } catch (refused) {
      return false; // storage is switched off: the page still blanks, only Back cannot be guarded
    }
  }

  function remember(left) {
    try {
      if (left) sessionStorage.setItem(FLAG, "1");
      else sessionStorage.removeItem(FLAG);
    } catch (refused) {
      return;
    }
  }

  function arrival() {
    var entry = performance.getEntriesByType && performance.getEntriesByType("navigation")[0];
    if (entry) return entry.type;
    return ["navigate", "reload", "back_forward"][performance.navigation.type] || "navigate";
  }

  function blank() {
    root.style.setProperty("display", "none", "important");
  }

  function disguise() {
    document.title = own.title || "\u2026";
    if (!own.icon || !document.head) return;
    var old = document.querySelectorAll("link[rel~='icon']");
    for (var i = 0; i < old.length; i += 1) old[i].remove();
    var icon = document.createElement("link");
    icon.rel = "icon";
    icon.href = own.icon;
    document.head.appendChild(icon);
  }

  function addSeal(list, address, state) {
    var found = SEALED.exec(String(address || "").split(/[?#]/)[0]);
    var token = (state && state.seal) || (found && found[1]);
    if (token && list.indexOf(token) < 0) list.push(token);
  }

  /* Every sealed search that this tab still holds: here, where we came from, and in the entries behind us. */
  function seals() {
    var list = [];
    addSeal(list, "", history.state);
    addSeal(list, location.href);
    addSeal(list, document.referrer);
    var entries = window.navigation && window.navigation.entries ? window.navigation.entries() : [];
    for (var i = entries.length - 1; i >= 0 && list.length < 40; i -= 1) addSeal(list, entries[i].url, entries[i].getState());
    return list;
  }

  function burn() {
    var list = seals();
    if (!own.burn || !list.length) return;
    var body = new URLSearchParams();
    list.forEach(function (token) { body.append("seal", token); });
    if (navigator.sendBeacon && navigator.sendBeacon(own.burn, body)) return;
    fetch(own.burn, { method: "POST", body: body, keepalive: true });
  }

  function leave(target) {
    blank();
    remember(true);
    disguise();
    burn();
    if (document.body) document.body.remove();
    window.dispatchEvent(new Event("leaving")); // whoever holds something in the page's memory lets go of it
    history.replaceState(null, "");
    location.replace(target);
  }

  var came = arrival();
  if (came !== "back_forward" && came !== "reload") remember(false);
  if (hasLeft() && own.exit) {
    blank();
    disguise();
    location.replace(own.exit);
  }

  window.addEventListener("pagehide", blank);
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) location.reload();
  });

  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[data-exit]");
    if (!link) return;
    event.preventDefault();
    leave(link.href);
  }, true);

  /* Only a Shift that goes down and comes up with nothing in between counts, so capitals never do. */
  var alone = false;
  var presses = [];

  function forget() {
    alone = false;
    presses = [];
  }

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Shift" || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) forget();
    else if (!event.repeat) alone = true;
  }, true);

  document.addEventListener("keyup", function (event) {
    if (event.key !== "Shift" || event.shiftKey || !alone) return;
    alone = false;
    presses.push(event.timeStamp);
    if (presses.length > 3) presses.shift();
    if (presses.length < 3 || event.timeStamp - presses[0] > WITHIN) return;
    presses = [];
    if (own.exit) leave(own.exit);
  }, true);

  window.addEventListener("blur", forget);
  document.addEventListener("pointerdown", forget, true);
})();
