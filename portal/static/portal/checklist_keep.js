/* Takes a list along: on paper, as a code to write down, as a link with a QR code. All of it is made here; the script that
   draws the QR code is the only thing fetched, and only after the second press. Adds keep(page, code) to window.Checklist. */
(() => {
  "use strict";

  const SQUARES_AROUND = 4;

  /* The paper is chosen by an attribute of the document, so that a named page of the sheet takes hold. */
  function print(paper) {
    document.documentElement.dataset.paper = paper;
    window.print();
  }

  function script(address) {
    return new Promise((done, failed) => {
      if (window.uqr) return done();
      const node = document.createElement("script");
      node.src = address;
      node.onload = done;
      node.onerror = failed;
      document.head.appendChild(node);
    });
  }

  function squares(link) {
    const made = window.uqr.encode(link, { border: SQUARES_AROUND });
    const path = made.data.map((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")).join("")).join("");
    const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    picture.setAttribute("viewBox", `0 0 ${made.size} ${made.size}`);
    picture.setAttribute("aria-hidden", "true");
    const drawn = document.createElementNS("http://www.w3.org/2000/svg", "path");
    drawn.setAttribute("d", path);
    picture.appendChild(drawn);
    return picture;
  }

  function hideLink(page) {
    const place = page.querySelector("[data-link-place]");
    if (!place) return;
    place.hidden = true;
    place.querySelector("[data-qr]").replaceChildren();
    place.querySelector("[data-link-field]").value = "";
    place.querySelector("[data-copied]").hidden = true;
    for (const part of page.querySelectorAll("[data-before]")) part.hidden = false;
  }

  async function showLink(page, code) {
    const link = `${location.origin}${page.dataset.page}#${code}`;
    const place = page.querySelector("[data-link-place]");
    const field = place.querySelector("[data-link-field]");
    field.value = link;
    place.hidden = false;
    for (const part of page.querySelectorAll("[data-before]")) part.hidden = true;
    field.focus();
    try {
      await script(page.dataset.qrScript);
      if (field.value === link) place.querySelector("[data-qr]").replaceChildren(squares(link));
    } catch (failed) {
      place.querySelector("[data-qr]").hidden = true; // the link alone says the same
    }
  }

  async function copy(page) {
    const field = page.querySelector("[data-link-field]");
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      page.querySelector("[data-copied]").hidden = false;
    } catch (refused) {
      field.focus(); // it is selected: the visitor's own copy works
    }
  }

  /* `code` is asked anew at every press: ticks are part of it. */
  function keep(page, code) {
    page.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      if (button.dataset.print) print(button.dataset.print);
      if (button.matches("[data-make-link]")) showLink(page, code());
      if (button.matches("[data-copy]")) copy(page);
    });
  }

  Object.assign(window.Checklist, { keep, hideLink });
})();
