// A role is chosen among those of the policy beside it. The server checks this too.
(() => {
  const narrow = (row) => {
    const policy = row.querySelector('select[name$="-policy"]');
    const role = row.querySelector('select[name$="-role"]');
    if (!policy || !role) return;
    const chosen = policy.selectedOptions[0]?.value ? policy.selectedOptions[0].textContent.trim() : null;
    for (const group of role.querySelectorAll("optgroup")) {
      const fits = !chosen || group.label === chosen;
      group.hidden = group.disabled = !fits;
      if (!fits && group.querySelector("option:checked")) role.value = "";
    }
  };
  const row = (element) => element.closest("tr, .form-row, .inline-related");
  document.addEventListener("change", (event) => {
    if (event.target.matches('select[name^="assignments-"][name$="-policy"]')) narrow(row(event.target));
  });
  document.addEventListener("DOMContentLoaded", () => {
    for (const policy of document.querySelectorAll('select[name^="assignments-"][name$="-policy"]')) narrow(row(policy));
  });
})();
