/** "Show on the projector" in a section's head: the part with the selected text, if there is one, else the section. */
import type { MeetingContext } from "../features.ts";
import { blockId } from "./block.ts";

export function startShowing({ sessions }: MeetingContext): void {
  // Before htmx reads the form.
  document.addEventListener("submit", onSubmit, true);

  function onSubmit(event: Event): void {
    const form = event.target as HTMLFormElement;
    const id = form.querySelector<HTMLElement>("[data-shows-document]")?.dataset.showsDocument;
    const session = sessions.find(({ section }) => section.document === id);
    if (!session || !id) return;
    const block = blockId(session.fragment.toArray()[selectedBlock(id)]);
    set(form, "kind", block ? "block" : "section");
    set(form, "block", block);
  }
}

function set(form: HTMLFormElement, name: string, value: string): void {
  let field = form.querySelector<HTMLInputElement>(`input[name="${name}"]`);
  if (!field) {
    field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    form.append(field);
  }
  field.value = value;
}

/** Which of the section's blocks holds the beginning of the selected text; -1 when nothing is selected there. */
function selectedBlock(id: string): number {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed) return -1;
  const editor = document.querySelector(`section-editor[document="${CSS.escape(id)}"]`);
  const text = editor?.querySelector(".ProseMirror") ?? editor;
  if (!text) return -1;
  const start = selection.getRangeAt(0).startContainer;
  return [...text.children].filter((child) => !child.matches(".ProseMirror-widget")).findIndex((child) => child.contains(start));
}
