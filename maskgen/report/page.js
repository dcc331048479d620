"use strict";
const form = document.querySelector("form.filters");
const rows = [...document.querySelectorAll("table.findings tbody tr")];
const apply = () => {
  const kinds = new Set([...form.querySelectorAll("[name=kind]:checked")].map((box) => box.value));
  const rule = form.elements.rule.value;
  const text = form.elements.text.value.trim().toLowerCase();
  let shown = 0;
  for (const row of rows) {
    const fits = kinds.has(row.dataset.kind) && (!rule || row.dataset.rule === rule)
      && (!text || row.textContent.toLowerCase().includes(text));
    row.hidden = !fits;
    const mark = document.getElementById("m" + row.id.slice(1));
    if (mark) mark.toggleAttribute("hidden", !fits);
    shown += fits;
  }
  form.querySelector("output").textContent = `${shown} of ${rows.length} shown`;
};
form.addEventListener("input", apply);
form.addEventListener("submit", (event) => event.preventDefault());
apply();
