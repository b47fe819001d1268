/** A section's toolbar: one stop of the Tab key, arrow keys within (the pattern of the ARIA practices). */
import type { Editor } from "@tiptap/core";
import { icon } from "../icon.ts";
import { t } from "../strings.ts";
import { ariaKeys, keyName } from "./keys.ts";
import { openMenu } from "./menu.ts";
import { TOOLS, type MenuTool, type Tool } from "./tools.ts";

function isMenu(tool: Tool | MenuTool): tool is MenuTool {
  return "choices" in tool;
}

export class Toolbar {
  readonly element = document.createElement("div");
  private readonly buttons: HTMLButtonElement[] = [];
  private readonly tools: (Tool | MenuTool)[] = [];
  private current = 0;
  private waiting = 0;

  constructor(
    private readonly editor: Editor,
    label: string,
  ) {
    this.element.className = "editor-toolbar";
    this.element.setAttribute("role", "toolbar");
    this.element.setAttribute("aria-label", t("editor.tools", { section: label }));
    for (const group of TOOLS) {
      const place = document.createElement("div");
      place.className = "tool-group";
      place.setAttribute("role", "presentation");
      for (const tool of group) place.append(this.button(tool));
      this.element.append(place);
    }
    this.element.addEventListener("keydown", this.onKey);
    // The text keeps its caret, and a phone its keyboard.
    this.element.addEventListener("mousedown", (event) => event.preventDefault());
    this.element.addEventListener("focusin", (event) => this.rove(this.buttons.indexOf(event.target as HTMLButtonElement)));
    editor.on("transaction", this.soon);
    editor.on("focus", this.soon);
    this.refresh();
    this.rove(0);
  }

  private button(tool: Tool | MenuTool): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "tool";
    button.tabIndex = -1;
    button.dataset.tool = tool.name;
    const name = t(`editor.${tool.name}`);
    if (isMenu(tool) && tool.current) {
      button.classList.add("tool-words");
      button.append(document.createElement("span"), icon("chevron-down"));
      button.title = name;
    } else {
      button.append(icon(tool.icon));
      button.setAttribute("aria-label", name);
      button.title = !isMenu(tool) && tool.shortcut ? `${name} (${keyName(tool.shortcut)})` : name;
    }
    if (!isMenu(tool) && tool.shortcut) button.setAttribute("aria-keyshortcuts", ariaKeys(tool.shortcut));
    button.addEventListener("click", () => this.press(tool, button));
    this.buttons.push(button);
    this.tools.push(tool);
    return button;
  }

  private press(tool: Tool | MenuTool, button: HTMLButtonElement): void {
    if (button.getAttribute("aria-disabled") === "true") return;
    if (!isMenu(tool)) {
      tool.run(this.editor);
      return;
    }
    if (tool.direct?.(this.editor)) return;
    if (button.getAttribute("aria-expanded") === "true") {
      this.element.parentElement?.querySelector<HTMLElement>(".editor-menu")?.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
      return;
    }
    const choices = tool.choices.map((choice) => ({
      label: t(`editor.${choice.name}`),
      hint: choice.shortcut ? keyName(choice.shortcut) : "",
      icon: choice.icon,
      checked: tool.exclusive ? Boolean(choice.active?.(this.editor)) : undefined,
      run: () => choice.run(this.editor),
    }));
    openMenu(button, t(`editor.${tool.name}`), choices, (chosen) => {
      if (!chosen && !this.editor.isDestroyed) button.focus({ preventScroll: true });
    });
  }

  /** Put the focus where it was last. */
  focus(): void {
    this.refresh();
    this.buttons[this.current]?.focus();
  }

  private rove(to: number): void {
    if (to < 0) return;
    this.current = to;
    this.buttons.forEach((button, index) => (button.tabIndex = index === to ? 0 : -1));
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    const last = this.buttons.length - 1;
    const at = this.current;
    const to = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at ? at - 1 : last, Home: 0, End: last }[event.key];
    if (to !== undefined) this.buttons[to]?.focus();
    else if (event.key === "Escape") this.editor.commands.focus(undefined, { scrollIntoView: false });
    else if (event.key === "ArrowDown" && this.buttons[at]?.hasAttribute("aria-haspopup")) this.buttons[at].click();
    else return;
    event.preventDefault();
  };

  /** Once a frame, however fast somebody types. */
  private readonly soon = (): void => {
    this.waiting ||= requestAnimationFrame(() => {
      this.waiting = 0;
      if (!this.editor.isDestroyed) this.refresh();
    });
  };

  private refresh(): void {
    const { editor } = this;
    this.tools.forEach((tool, index) => {
      const button = this.buttons[index];
      if (!button) return;
      set(button, "aria-disabled", tool.can(editor) ? null : "true");
      if (!isMenu(tool)) {
        if (tool.active) set(button, "aria-pressed", String(tool.active(editor)));
        return;
      }
      const words = button.firstElementChild;
      if (tool.current && words) {
        const text = t(tool.current(editor));
        if (words.textContent !== text) {
          words.textContent = text;
          button.setAttribute("aria-label", t("editor.style_now", { style: text }));
        }
      }
      const opens = !tool.direct || editor.isActive("table");
      set(button, "aria-haspopup", opens ? "menu" : null);
      if (!button.hasAttribute("aria-controls")) set(button, "aria-expanded", opens ? "false" : null);
    });
  }

  destroy(): void {
    cancelAnimationFrame(this.waiting);
    this.editor.off("transaction", this.soon);
    this.editor.off("focus", this.soon);
  }
}

function set(button: HTMLElement, name: string, value: string | null): void {
  if (value === null) button.removeAttribute(name);
  else if (button.getAttribute(name) !== value) button.setAttribute(name, value);
}
