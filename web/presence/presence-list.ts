/** `<presence-list>`: who is here, in the page's head; open, with the section each is in, a step away. */
import { t } from "../strings.ts";
import type { SectionData } from "../page-data.ts";
import type { StatusBoard } from "../sync/status.ts";
import { avatar } from "./avatar.ts";
import type { Presence, Present } from "./people.ts";

const MOST_AVATARS = 4;

export class PresenceList extends HTMLElement {
  private readonly summary = document.createElement("summary");
  private readonly list = document.createElement("ul");
  private sections: SectionData[] = [];
  /** What the summary and each row show, as keys. */
  private head = "";
  private rows: string[] = [];

  show(presence: Presence, sections: SectionData[], board: StatusBoard): void {
    this.sections = sections;
    const details = document.createElement("details");
    details.className = "menu presence";
    this.list.className = "menu-list presence-people";
    this.summary.textContent = t("presence.title"); // until somebody is known to be here
    details.append(this.summary, this.list);
    this.replaceChildren(details);
    // Closed by the same clicks and keys as the page's other menus; a click on a section also goes there.
    this.list.addEventListener("click", (event) => {
      if ((event.target as Element).closest("a")) details.open = false;
    });
    presence.watch((people) => this.render(people));
    // Who is here is not known without a connection: better nobody than people who left long ago.
    board.watch(({ connection }) => this.toggleAttribute("data-away", connection !== "open"));
  }

  private render(people: Present[]): void {
    // Nothing is drawn anew that looks the same: a press that began on it must end on it to be a click.
    const head = JSON.stringify(people.map(({ id, name, color }) => [id, name, color]));
    const rows = people.map((person) => JSON.stringify(person));
    if (head !== this.head) {
      this.head = head;
      this.summary.replaceChildren(...this.heading(people));
      this.keepFocus(() => this.list.replaceChildren(...people.map((person) => this.item(person))));
    } else {
      people.forEach((person, index) => {
        if (rows[index] === this.rows[index]) return;
        this.keepFocus(() => this.list.children[index]?.replaceWith(this.item(person)));
      });
    }
    this.rows = rows;
  }

  private heading(people: Present[]): HTMLElement[] {
    const count = document.createElement("span");
    count.className = "presence-count";
    count.textContent = people.length === 1 ? t("presence.only_you") : t("presence.here", { count: people.length });
    const stack = document.createElement("span");
    stack.className = "presence-stack";
    stack.setAttribute("aria-hidden", "true");
    stack.append(...people.slice(0, MOST_AVATARS).map((person) => avatar(person.name, person.color)));
    return [stack, count];
  }

  private item(person: Present): HTMLElement {
    const item = document.createElement("li");
    const words = document.createElement("span");
    words.className = "presence-words";
    const name = document.createElement("strong");
    name.textContent = person.me ? t("presence.you", { name: person.name }) : person.name;
    words.append(name);
    const section = this.sections.find(({ section }) => section === person.section);
    if (person.title) words.append(line(person.title));
    words.append(line(section ? t("presence.in", { section: section.label }) : t("presence.reading")));
    if (section) {
      const link = document.createElement("a");
      link.href = `#section-${section.section}`;
      link.dataset.person = person.id;
      link.append(avatar(person.name, person.color), words);
      item.append(link);
    } else {
      item.append(avatar(person.name, person.color), words);
    }
    return item;
  }

  /** Whoever walks the list by keyboard stays on the person they were on. */
  private keepFocus(change: () => void): void {
    const active = document.activeElement;
    const person = active instanceof HTMLElement && this.list.contains(active) ? active.dataset.person : undefined;
    change();
    if (person) this.list.querySelector<HTMLElement>(`a[data-person="${CSS.escape(person)}"]`)?.focus({ preventScroll: true });
  }
}

function line(text: string): HTMLElement {
  const element = document.createElement("span");
  element.className = "presence-line";
  element.textContent = text;
  return element;
}
