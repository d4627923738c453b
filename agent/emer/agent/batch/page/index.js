"use strict";
(() => {
  const body = document.querySelector("#files tbody");
  const rows = [...body.rows];
  const find = document.getElementById("find");
  const count = document.getElementById("count");
  const shows = [...document.querySelectorAll("[data-show]")];
  let show = "";
  const order = document.getElementById("order");
  const states = ["failed", "partial", "pending", "done"];
  const textOf = (row, selector) => (row.querySelector(selector)?.textContent ?? "").trim().toLowerCase();
  const keys = {
    name: (r) => Number(r.dataset.n),
    status: (r) => states.indexOf(r.dataset.status),
    length: (r) => Number(r.dataset.length),
    persons: (r) => Number(r.dataset.persons),
    disagreements: (r) => Number(r.dataset.disagreements),
    labels: (r) => textOf(r, ".label") || "\uffff",
  };
  const mostFirst = new Set(["length", "persons", "disagreements"]);
  const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

  const filter = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let n = 0;
    for (const row of rows) {
      const text = textOf(row, "th") + " " + textOf(row, ".labels") + " " + textOf(row, ".error");
      const fits = show === "" || row.dataset.status === show
        || (show === "disagreeing" && Number(row.dataset.disagreements) > 0);
      row.hidden = !(fits && words.every((word) => text.includes(word)));
      n += row.hidden ? 0 : 1;
    }
    count.textContent = n === rows.length ? "" : `${n} of ${rows.length}`;
    document.getElementById("nothing").hidden = n > 0;
  };

  const sort = (key, down) => {
    for (const button of document.querySelectorAll("[data-sort]")) {
      const head = button.closest("th");
      if (button.dataset.sort === key) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
    order.value = key;
    const sign = down ? -1 : 1;
    const value = keys[key];
    rows.sort((a, b) => sign * compare(value(a), value(b)) || keys.name(a) - keys.name(b));
    body.append(...rows);
  };

  for (const button of document.querySelectorAll("[data-sort]")) {
    button.addEventListener("click", () => {
      const key = button.dataset.sort;
      const now = button.closest("th").getAttribute("aria-sort");
      sort(key, now === null ? mostFirst.has(key) : now === "ascending");
    });
  }
  // where the table's head does not fit, a list takes its place
  order.addEventListener("change", () => sort(order.value, mostFirst.has(order.value)));
  for (const button of shows) {
    button.addEventListener("click", () => {
      show = button.dataset.show;
      for (const other of shows) other.setAttribute("aria-pressed", String(other === button));
      filter();
    });
  }
  find.addEventListener("input", filter);
})();
