/** Going with the meeting: a person's own switch, kept on their device. Off, the page stays where they look. */
import { t } from "../strings.ts";

const KEY = "roundtable:follow";

function follows(): boolean {
  try {
    return localStorage.getItem(KEY) === "yes";
  } catch {
    return false;
  }
}

function keep(follow: boolean): void {
  try {
    localStorage.setItem(KEY, follow ? "yes" : "no");
  } catch {
    // Without storage it holds as long as the page does.
  }
}

export class FollowMeeting extends HTMLElement {
  private box = document.createElement("input");

  connectedCallback(): void {
    const label = document.createElement("label");
    const words = document.createElement("span");
    this.box.type = "checkbox";
    this.box.checked = follows();
    words.textContent = t("agenda.follow");
    label.append(this.box, words);
    this.replaceChildren(label);
    this.box.addEventListener("change", () => {
      keep(this.box.checked);
      if (this.box.checked) this.go();
    });
  }

  /** The meeting has moved on. */
  moved(): void {
    if (this.box.checked && !isTyping()) this.go();
  }

  private go(): void {
    const section = document.getElementById("agenda-parts")?.dataset.section;
    if (section) document.getElementById(`section-${section}`)?.scrollIntoView({ block: "start" });
  }
}

/** Whoever types is not taken away from it. */
function isTyping(): boolean {
  const active = document.activeElement;
  return active instanceof HTMLElement && (active.isContentEditable || active.matches("input:not([type=checkbox]), textarea, select"));
}
