/** A student with a plan goes on with it: the draft's beginning follows the student, until one chooses otherwise. */

export function startNewMeeting(student: HTMLSelectElement): void {
  const ways = student.form?.querySelectorAll<HTMLInputElement>("input[name=draft]");
  if (!ways) return;
  let chosen = false;
  for (const way of ways) way.addEventListener("change", () => (chosen = true));
  student.addEventListener("change", () => {
    if (chosen) return;
    const wanted = student.selectedOptions[0]?.hasAttribute("data-plan") ? "plan" : "template";
    for (const way of ways) way.checked = way.value === wanted;
  });
}
