// Facts: shows the choices of a choice and the fields of lines, and hides both for every other type.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const type = document.querySelector("#id_type");
  if (!type) return;
  const refresh = () => {
    const parts = { "choices-group": "choice", "fields-group": "lines" };
    for (const [id, wanted] of Object.entries(parts)) {
      const group = document.getElementById(id);
      const filled = group && group.querySelector("input[name$='-INITIAL_FORMS']").value !== "0";
      if (group) group.hidden = type.value !== wanted && !filled && !group.querySelector(".errorlist");
    }
  };
  type.addEventListener("change", refresh);
  refresh();
});
