/** The way by keyboard between text, toolbar and page: Alt+F10 and Escape. */
import { Extension, type Editor } from "@tiptap/core";
import { openLinkDialog } from "./link-dialog.ts";

/** Keys may follow each other faster than the browser tells of the selection that the first one made. */
function settleSelection({ view }: Editor): void {
  (view as unknown as { domObserver: { flush(): void } }).domObserver.flush();
}

export const Ways = Extension.create<{ toToolbar(): void; out(): void }>({
  name: "ways",
  // Before all others, so that Escape always leads out.
  priority: 2000,
  addOptions() {
    return { toToolbar: () => undefined, out: () => undefined };
  },
  addKeyboardShortcuts() {
    return {
      "Alt-F10": ({ editor }) => {
        settleSelection(editor);
        this.options.toToolbar();
        return true;
      },
      Escape: ({ editor }) => {
        if (editor.view.composing) return false;
        this.options.out();
        return true;
      },
      "Mod-k": ({ editor }) => {
        settleSelection(editor);
        openLinkDialog(editor);
        return true;
      },
      // A browser's Tab goes on, whatever an extension thinks.
      Tab: () => false,
      "Shift-Tab": () => false,
    };
  },
});
