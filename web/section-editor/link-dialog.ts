/** Asks for a link's address, and for its words where none are selected. */
import type { Editor } from "@tiptap/core";
import { icon } from "../icon.ts";
import { t } from "../strings.ts";
import { completeHref } from "./links.ts";

let serial = 0;

export function openLinkDialog(editor: Editor): void {
  if (editor.isActive("link")) editor.commands.extendMarkRange("link");
  new LinkDialog(editor).open();
}

class LinkDialog {
  private readonly id = `link-${++serial}`;
  private readonly dialog = document.createElement("dialog");
  private readonly address = document.createElement("input");
  private readonly words = document.createElement("input");
  private readonly error = document.createElement("p");
  private readonly needsWords: boolean;
  private readonly had: string;

  constructor(private readonly editor: Editor) {
    this.had = String(editor.getAttributes("link").href ?? "");
    this.needsWords = editor.state.selection.empty;
    this.dialog.className = "link-dialog";
    this.dialog.setAttribute("aria-labelledby", `${this.id}-title`);
    const title = document.createElement("h2");
    title.id = `${this.id}-title`;
    title.textContent = t(this.had ? "link.edit" : "link.add");
    this.error.className = "field-error";
    this.error.id = `${this.id}-error`;
    this.error.setAttribute("role", "alert");
    const form = document.createElement("form");
    form.noValidate = true;
    form.className = "stack";
    this.address.inputMode = "url";
    this.address.value = this.had;
    this.address.autocomplete = "off";
    this.address.setAttribute("aria-describedby", `${this.id}-hint ${this.id}-error`);
    const hint = document.createElement("p");
    hint.className = "hint";
    hint.id = `${this.id}-hint`;
    hint.textContent = t("link.hint");
    const field = labelled(t("link.address"), this.address, `${this.id}-address`);
    field.append(hint, this.error);
    form.append(title, field);
    if (this.needsWords) form.append(labelled(t("link.words"), this.words, `${this.id}-words`));
    form.append(this.buttons());
    form.addEventListener("submit", this.onSubmit);
    this.dialog.append(form);
    this.dialog.addEventListener("close", () => {
      this.dialog.remove();
      if (!this.editor.isDestroyed) this.editor.commands.focus(undefined, { scrollIntoView: false });
    });
  }

  open(): void {
    document.body.append(this.dialog);
    this.dialog.showModal();
    this.address.select();
    this.address.focus();
  }

  private buttons(): HTMLElement {
    const row = document.createElement("div");
    row.className = "dialog-buttons";
    if (this.had) {
      const remove = button("button danger", t("link.remove"), "unlink");
      remove.addEventListener("click", () => this.finish(() => this.editor.commands.unsetLink()));
      row.append(remove);
    }
    const cancel = button("button", t("link.cancel"));
    cancel.addEventListener("click", () => this.dialog.close());
    const save = button("button primary", t("link.save"));
    save.type = "submit";
    row.append(cancel, save);
    return row;
  }

  private readonly onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const href = completeHref(this.address.value);
    if (href === null) {
      this.error.textContent = t(this.address.value.trim() ? "link.wrong" : "link.missing");
      this.address.setAttribute("aria-invalid", "true");
      this.address.closest(".form-field")?.classList.add("has-error");
      this.address.focus();
      return;
    }
    this.finish(() => {
      const { editor } = this;
      if (!this.needsWords) return editor.commands.setLink({ href });
      const text = this.words.value.trim() || this.address.value.trim();
      return editor.commands.insertContent([{ type: "text", text, marks: [{ type: "link", attrs: { href } }] }]);
    });
  };

  private finish(act: () => boolean): void {
    this.dialog.close();
    if (!this.editor.isDestroyed) act();
  }
}

function labelled(text: string, input: HTMLInputElement, id: string): HTMLElement {
  const field = document.createElement("div");
  field.className = "form-field";
  const label = document.createElement("label");
  label.htmlFor = id;
  label.textContent = text;
  input.id = id;
  input.type = "text";
  field.append(label, input);
  return field;
}

function button(className: string, text: string, sign?: string): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = className;
  if (sign) made.append(icon(sign));
  made.append(text);
  return made;
}
