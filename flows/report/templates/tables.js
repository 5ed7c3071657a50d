// Tables that a reader can sort by a column and filter by a word. Nothing is fetched; without scripts the tables stay.
"use strict";
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const value = (row, column) => {
    const cell = row.cells[column];
    const text = cell.dataset.value ?? cell.textContent.trim();
    const number = parseFloat(text.replace(/,/g, ""));
    return cell.classList.contains("n") ? (Number.isNaN(number) ? -Infinity : number) : text;
  };
  const order = (one, other) => typeof one === "number" ? one - other : one.localeCompare(other);
  // Narrow screens show each row as a list of labelled values, which must still be read aloud as a table.
  table.classList.add("stacked");
  table.setAttribute("role", "table");
  body.setAttribute("role", "rowgroup");
  for (const row of body.rows) {
    row.setAttribute("role", "row");
    for (const cell of row.cells) {
      cell.setAttribute("role", cell.tagName === "TH" ? "rowheader" : "cell");
      cell.dataset.label = table.tHead.rows[0].cells[cell.cellIndex].textContent;
    }
  }
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending"
        || (head.classList.contains("n") && !head.hasAttribute("aria-sort"));
      for (const each of table.tHead.rows[0].cells) each.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = [...body.rows].sort((one, other) => order(value(one, column), value(other, column)));
      body.append(...(down ? rows.reverse() : rows));
    });
  });
  if (body.rows.length < 6) continue;
  const label = document.createElement("label");
  const field = document.createElement("input");
  const found = document.createElement("output");
  field.type = "search";
  label.className = "filter";
  label.append("Filter: ", field, " ", found);
  table.closest(".scroll").before(label);
  field.addEventListener("input", () => {
    const wanted = field.value.toLowerCase();
    let shown = 0;
    for (const row of body.rows) {
      row.hidden = !row.textContent.toLowerCase().includes(wanted);
      shown += row.hidden ? 0 : 1;
    }
    found.textContent = wanted ? `${shown} of ${body.rows.length} rows` : "";
  });
}
