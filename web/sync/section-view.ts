/**
 * What stands in a `<section-editor>`: the server's text until ours has come, then the living text, or the editor.
 *
 * The editor is most of what a page's scripts weigh, and a dozen of them most of what a page does until it is ready.
 * Where there is room it is fetched at once, and put up in the sections near the screen; on a phone when somebody asks
 * to write.
 */
import { icon } from "../icon.ts";
import { whenNear } from "../page/near.ts";
import { keepReadingLine } from "../page/reading-line.ts";
import { renderReadOnly } from "../section-editor/read-only.ts";
import { t } from "../strings.ts";
import type { DocumentSession } from "./session.ts";

type EditorModule = typeof import("../section-editor/index.ts");

/** From this width on every section that one may write in is an editor. */
const ROOMY = "(min-width: 700px)";
/** Milliseconds until an editor that could not be fetched is asked for again. */
const AGAIN = 5_000;

let module: EditorModule | null = null;
let coming: Promise<void> | null = null;

function fetchEditor(): Promise<void> {
  coming ??= import("../section-editor/index.ts").then(
    (loaded) => void (module = loaded),
    () => new Promise((retry) => setTimeout(retry, AGAIN)).then(() => ((coming = null), fetchEditor())),
  );
  return coming;
}

/** Where there is room, ask for the editor before any text has come. */
export function expectWriting(): void {
  if (window.matchMedia(ROOMY).matches) void fetchEditor();
}

interface Shown {
  destroy(): void;
  focus?(): void;
}

export class SectionView {
  /** What is shown, as a key: mode and document. */
  private mode: "server" | "edit" | "read" = "server";
  private shown: object | null = null;
  private current: Shown | null = null;
  /** The text holds something that this page does not know: it is not edited here any more. */
  private broken = false;
  private ended = false;
  /** They said that they want to write here. */
  private asked = false;
  /** Whether it is, or was, near the screen; null: not known yet. */
  private near: boolean | null = null;
  private readonly leaveAlone: () => void;
  private readonly roomy = window.matchMedia(ROOMY);
  private readonly button = document.createElement("button");
  private readonly doneButton = document.createElement("button");

  constructor(
    private readonly element: HTMLElement,
    private readonly session: DocumentSession,
    private readonly onContentError: () => void,
  ) {
    this.button.type = "button";
    this.button.className = "button write-here";
    this.button.append(icon("pencil-line"), t("editor.write_here"), about(session.section.label));
    this.button.addEventListener("click", () => this.ask());
    this.doneButton.type = "button";
    this.doneButton.className = "button write-done";
    this.doneButton.append(icon("check"), t("editor.done"), about(session.section.label));
    this.doneButton.addEventListener("click", () => this.finish());
    this.roomy.addEventListener("change", () => this.update());
    this.leaveAlone = whenNear(element, (near) => {
      this.near = near;
      this.update();
    });
  }

  /** Show what the session's state asks for. */
  update(): void {
    const { session } = this;
    if (!session.loaded || this.ended) return;
    const mayWrite = session.scope === "read-write" && !session.frozen && !this.broken;
    const later = this.roomy.matches && this.near === false && this.mode !== "edit";
    const wants = mayWrite && !later && (this.roomy.matches || this.asked || this.mode === "edit");
    if (wants && !module) void fetchEditor().then(() => this.update());
    // While the editor is on its way to a wide screen the server's text stays: one change instead of two.
    if (wants && this.mode === "server" && this.roomy.matches && (!module || this.near === null)) return;
    const mode = wants && module ? "edit" : "read";
    const offered = mayWrite && mode === "read" && !this.roomy.matches;
    const ending = mode === "edit" && this.asked;
    if (mode === this.mode && this.shown === session.doc && offered === this.button.isConnected && ending === this.doneButton.isConnected) {
      this.keepPlace(mayWrite && later);
      return;
    }
    const focused = this.element.contains(document.activeElement);
    keepReadingLine(() => {
      this.element.dataset.mode = mode; // with it goes the room that was kept for the editor
      if (mode !== this.mode || this.shown !== session.doc) {
        this.current?.destroy();
        this.current = mode === "edit" && module ? this.edit(module) : this.read();
      }
      if (offered) this.offer();
      else this.button.remove();
      if (ending) this.element.after(this.doneButton);
      else this.doneButton.remove();
    });
    this.mode = mode;
    this.shown = session.doc;
    this.keepPlace(mayWrite && later);
    if (focused && mode === "read") this.holdFocus();
  }

  /** Where an editor will stand, its toolbar's place is kept. */
  private keepPlace(later: boolean): void {
    if (this.mode === "read") this.element.toggleAttribute("data-editable", later);
  }

  /** The button stands beside what is said of the section, where its place is kept; elsewhere above the text. */
  private offer(): void {
    const about = this.element.parentElement?.querySelector(":scope > .section-about");
    if (about) about.append(this.button);
    else this.element.before(this.button);
  }

  /** "Write here": the editor, with the caret in it, as soon as it has come. */
  private ask(): void {
    this.asked = true;
    this.button.setAttribute("aria-busy", "true");
    void fetchEditor().then(() => {
      this.button.removeAttribute("aria-busy");
      this.update();
      this.current?.focus?.();
    });
  }

  private finish(): void {
    this.asked = false;
    this.mode = "server"; // an editor does not go by itself
    this.update();
    this.button.focus({ preventScroll: true });
  }

  /** Nobody looks at it here any more; the document itself stays open. */
  destroy(): void {
    this.leaveAlone();
    this.current?.destroy();
    this.current = null;
    this.ended = true;
    this.button.remove();
    this.doneButton.remove();
  }

  private edit(from: EditorModule): Shown {
    const { element, session } = this;
    return from.createEditor({
      element,
      label: session.section.label,
      section: session.section.section,
      fragment: session.fragment,
      awareness: session.awareness,
      onContentError: () => {
        this.broken = true;
        this.onContentError();
      },
    });
  }

  private read(): Shown {
    return renderReadOnly({ element: this.element, fragment: this.session.fragment });
  }

  /** Whoever wrote here keeps their place when the editor goes. */
  private holdFocus(): void {
    this.element.tabIndex = -1;
    this.element.focus({ preventScroll: true });
  }
}

function about(label: string): HTMLElement {
  const words = document.createElement("span");
  words.className = "visually-hidden";
  words.textContent = ` – ${label}`;
  return words;
}
