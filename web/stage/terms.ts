/** `<term-search>`: of the words below it, those that hold what somebody types, in either language, accents or not. */
import { t } from "../strings.ts";

export class TermSearch extends HTMLElement {
  connectedCallback(): void {
    const field = this.querySelector("input");
    const count = this.querySelector<HTMLElement>("[data-count]");
    const terms = [...(this.parentElement?.querySelectorAll<HTMLElement>(".term") ?? [])].map((element) => ({
      element,
      text: plain(element.textContent ?? ""),
      name: plain(element.querySelector("dt")?.textContent ?? ""),
    }));
    field?.addEventListener("input", () => {
      const wanted = plain(field.value.trim());
      // A word's own name first: who looks for "goal" need not read every explanation that mentions one.
      const named = terms.some(({ name }) => name.includes(wanted));
      let found = 0;
      for (const { element, text, name } of terms) {
        element.hidden = !(named ? name : text).includes(wanted);
        if (!element.hidden) found += 1;
      }
      if (!count) return;
      if (!wanted) count.textContent = "";
      else if (!found) count.textContent = this.dataset.none ?? "";
      else count.textContent = found === 1 ? t("terms.found_one") : t("terms.found_many", { count: found });
    });
  }
}

function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{Diacritic}/gu, "").toLowerCase();
}
