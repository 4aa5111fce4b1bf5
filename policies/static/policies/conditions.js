// Conditions of a rule: offers only the operators that fit the chosen fact, and shows how its value is written.
// Without it the form works as well: the server says what does not fit.
"use strict";
(() => {
  const examples = {
    one_of: "gold, silver", none_of: "gold, silver", between: "10 to 20", within_last: "30 days",
    same_period: "year from 04-01", is_none: "yes or no",
  };
  const byType = {
    flag: "yes or no", integer: "2", money: "25.00", decimal: "99.95", date: "2026-04-01",
    moment: "2026-04-01T09:30:00+02:00",
  };

  function refresh(row) {
    const fact = row.querySelector("select[data-types]");
    const operator = row.querySelector("select[data-fits]");
    const value = row.querySelector("input[data-value]");
    if (!fact || !operator || !value) return;
    const type = JSON.parse(fact.dataset.types)[fact.value];
    const fits = JSON.parse(operator.dataset.fits);
    for (const option of operator.options) {
      const fitting = !option.value || !type || fits[option.value].includes(type);
      option.hidden = option.disabled = !fitting && !option.selected;
    }
    const choices = (JSON.parse(fact.dataset.choices)[fact.value] || []).join(", ");
    const listed = ["one_of", "none_of"].includes(operator.value);
    value.placeholder = (listed && choices) || examples[operator.value] || (choices && `one of ${choices}`) || byType[type] || "";
  }

  function watch(row) {
    row.addEventListener("change", () => refresh(row));
    refresh(row);
  }

  document.addEventListener("DOMContentLoaded", () => {
    for (const fact of document.querySelectorAll("select[data-types]")) {
      const row = fact.closest("tr");
      if (row) watch(row);
    }
  });
  document.addEventListener("formset:added", (event) => watch(event.target));
})();
