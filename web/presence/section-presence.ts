/** `<section-presence>`: who else is in this section, as text. Always there, so that nothing moves when somebody comes. */
import { t } from "../strings.ts";
import { avatar } from "./avatar.ts";
import type { Presence } from "./people.ts";

export class SectionPresence extends HTMLElement {
  private shown = "";

  show(presence: Presence, section: string, locale: string): void {
    presence.watch((people) => {
      const here = people.filter((person) => !person.me && person.section === section);
      const key = JSON.stringify(here);
      if (key === this.shown) return;
      this.shown = key;
      if (!here.length) {
        this.replaceChildren();
        return;
      }
      const names = new Intl.ListFormat(locale);
      const words = document.createElement("span");
      words.textContent = t("presence.section", { names: names.format(here.map((person) => person.name)) });
      this.replaceChildren(...here.map((person) => avatar(person.name, person.color)), words);
    });
  }
}
