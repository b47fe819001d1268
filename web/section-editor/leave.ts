/** The way by keyboard between text, toolbar and page: Alt+F10 and Escape. */
import { Extension } from "@tiptap/core";
import { openLinkDialog } from "./link-dialog.ts";

export const Ways = Extension.create<{ toToolbar(): void; out(): void }>({
  name: "ways",
  // Before all others, so that Escape always leads out.
  priority: 2000,
  addOptions() {
    return { toToolbar: () => undefined, out: () => undefined };
  },
  addKeyboardShortcuts() {
    return {
      "Alt-F10": () => {
        this.options.toToolbar();
        return true;
      },
      Escape: ({ editor }) => {
        if (editor.view.composing) return false;
        this.options.out();
        return true;
      },
      "Mod-k": ({ editor }) => {
        openLinkDialog(editor);
        return true;
      },
      // A browser's Tab goes on, whatever an extension thinks.
      Tab: () => false,
      "Shift-Tab": () => false,
    };
  },
});
