
"use strict";
(() => {
  const root = document.documentElement;
  const find = (selector) => document.querySelector(selector);
  const all = (selector, place = document) => [...place.querySelectorAll(selector)];
  root.classList.add("js");

  // Light, dark, or as the system has it. Where nothing can be remembered, it holds for this page.
  const themes = ["system", "light", "dark"];
  const memory = {
    read: () => { try { return localStorage.getItem("reconciler-theme"); } catch { return null; } },
    write: (name) => { try { localStorage.setItem("reconciler-theme", name); } catch { /* asked again next time */ } },
  };
  const button = find("#theme");
  const paint = (name) => {
    if (name === "system") delete root.dataset.theme; else root.dataset.theme = name;
    button.textContent = `Theme: ${name}`;
  };
  let theme = themes.includes(memory.read()) ? memory.read() : "system";
  paint(theme);
  button.addEventListener("click", () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length];
    memory.write(theme);
    paint(theme);
  });

  // Of many changes the inside is put by as text, in this same file, where user text is escaped as everywhere in it.
  const put = (change) => change.querySelector(".b > noscript");
  const lay = (change) => {
    const by = put(change);
    if (by) by.parentElement.innerHTML = by.textContent;
  };
  document.addEventListener("toggle", ({ target }) => { if (target.matches(".c") && target.open) lay(target); }, true);

  // A link to one change opens it.
  const open = () => {
    let named = null;
    try { named = document.getElementById(decodeURIComponent(location.hash.slice(1))); } catch { /* no name at all */ }
    if (named && named.matches(".c")) { lay(named); named.open = true; named.scrollIntoView(); }
  };
  window.addEventListener("hashchange", open);
  open();
  // What is folded is printed too, in browsers whose styles cannot say so, and folded again.
  let unfolded = [];
  window.addEventListener("beforeprint", () => {
    all(".c").forEach(lay);
    unfolded = all("details:not([open])");
    for (const one of unfolded) one.open = true;
  });
  window.addEventListener("afterprint", () => { for (const one of unfolded) one.open = false; });

  const tools = find("#tools");
  if (!tools) return;
  tools.disabled = false;
  const changes = all(".c");
  const groups = all(".g");
  const search = find("#q");
  const told = find("#shown");
  const nothing = find("#nothing");
  const chips = all(".chip");
  const choices = all("select");
  const remembered = (read) => {
    const known = new WeakMap();
    return (change) => {
      if (!known.has(change)) known.set(change, read(change).toLowerCase());
      return known.get(change);
    };
  };
  const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };
  const signs = Object.fromEntries(Object.entries(entities).map(([sign, entity]) => [entity, sign]));
  const escaped = (text) => text.replace(/[&<>"']/g, (sign) => entities[sign]);
  const whole = remembered((change) => change.textContent);
  const plain = remembered((change) => {
    const inside = put(change).textContent.replace(/<[^>]*>/g, " ").replace(/&[^;]*;/g, (entity) => signs[entity]);
    return `${change.firstElementChild.textContent} ${inside}`;
  });
  // What is put by has markup in it: that one word is there is told quickly, that it is no markup after that.
  const has = (change, word) => {
    if (!put(change)) return whole(change).includes(word);
    return (whole(change).includes(word) || whole(change).includes(escaped(word))) && plain(change).includes(word);
  };

  const wanted = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const pressed = chips.filter((chip) => chip.ariaPressed === "true");
    const actions = new Set(pressed.filter((chip) => "a" in chip.dataset).map((chip) => chip.dataset.a));
    const losing = pressed.some((chip) => "d" in chip.dataset);
    const rows = choices.filter((one) => one.value).map((one) => ["k" in one.dataset ? "k" : "o", one.value]);
    return (change) =>
      (!actions.size || change.dataset.a.split(" ").some((action) => actions.has(action))) &&
      (!losing || ("d" in change.dataset && change.dataset.a !== "refused")) &&
      rows.every(([name, value]) => change.dataset[name] === value) &&
      words.every((word) => has(change, word));
  };

  // Many changes are gone through in slices, so that nobody who types has to wait; a newer wish ends an older one.
  const runs = {};
  const each = (name, act, then) => {
    const mine = runs[name] = {};
    let next = 0;
    const slice = () => {
      if (mine !== runs[name]) return;
      const until = performance.now() + 30;
      while (next < changes.length && performance.now() < until) act(changes[next++]);
      if (next < changes.length) setTimeout(slice); else then();
    };
    slice();
  };
  const filter = () => {
    const fits = wanted();
    const found = new Set();
    each("filter", (change) => { if (fits(change)) found.add(change); }, () => {
      for (const place of groups) {
        let left = 0;
        for (const change of place.children) {
          const fit = found.has(change);
          if (change.hidden === fit) change.hidden = !fit;
          left += fit;
        }
        place.hidden = !left;
        place.style.containIntrinsicSize = `auto ${left * 42}px`;
      }
      nothing.hidden = found.size > 0;
      const all = found.size === changes.length;
      told.textContent = all ? `${found.size} shown` : `${found.size} of ${changes.length} shown`;
    });
  };

  let soon = 0;
  search.addEventListener("input", () => { clearTimeout(soon); soon = setTimeout(filter, 90); });
  find(".tools").addEventListener("submit", (event) => { event.preventDefault(); filter(); });
  for (const chip of chips) {
    chip.addEventListener("click", () => { chip.ariaPressed = String(chip.ariaPressed !== "true"); filter(); });
  }
  for (const choice of choices) choice.addEventListener("change", filter);
  const fold = (opened) => () => each("fold", (change) => { if (!change.hidden) change.open = opened; }, () => {});
  find("#unfold").addEventListener("click", fold(true));
  find("#fold").addEventListener("click", fold(false));
  const clear = () => {
    search.value = "";
    for (const chip of chips) chip.ariaPressed = "false";
    for (const choice of choices) choice.value = "";
    filter();
  };
  find("#clear").addEventListener("click", () => { clear(); search.focus(); });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input, select, textarea");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
    }
    if (event.key === "Escape" && typing) { clear(); event.target.blur(); }
  });
  filter();
})();
