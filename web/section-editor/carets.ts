/** Where the others are writing: a caret with their name, and a tint on what they have selected. */
import { Extension } from "@tiptap/core";
import { Plugin } from "@tiptap/pm/state";
import type { DecorationAttrs } from "@tiptap/pm/view";
import { yCursorPlugin } from "@tiptap/y-tiptap";
import type { Awareness } from "y-protocols/awareness";

/** Milliseconds that a name stays after its caret moved. */
const NAME_SHOWN = 2_000;
const COLORS = 8;

interface User {
  id?: string;
  name?: string;
  color?: number;
}

/** The class of an author's colour; what the server didn't put in has none. */
function authorClass(color: unknown): string {
  return typeof color === "number" && Number.isInteger(color) && color >= 1 && color <= COLORS ? `author-${color}` : "author-none";
}

/** As the server's pages write them: of the first and the last word. */
function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words;
  return ends.map((word) => [...(word ?? "")][0] ?? "").join("").toUpperCase();
}

export const Carets = Extension.create<{ awareness: Awareness | null }>({
  name: "carets",
  addOptions() {
    return { awareness: null };
  },
  addProseMirrorPlugins() {
    const { awareness } = this.options;
    if (!awareness) return [];
    const names = new Names();
    const look = { cursorBuilder: (user: User, client: number) => names.caret(user, client), selectionBuilder: selection };
    const carets = yCursorPlugin(withColors(awareness), look as unknown as Parameters<typeof yCursorPlugin>[1]);
    const wake = ({ updated }: { updated: number[] }): void => updated.forEach((client) => names.wake(client));
    const waking = new Plugin({
      view() {
        awareness.on("change", wake);
        return {
          destroy() {
            awareness.off("change", wake);
            names.rest();
          },
        };
      },
    });
    return [carets, waking];
  },
});

/** The plugin warns of every colour that is no hex code: it gets one, and never uses it. */
function withColors(awareness: Awareness): Awareness {
  const view = Object.create(awareness) as Awareness;
  view.getStates = () =>
    new Map(
      [...awareness.getStates()].map(([client, state]) => {
        const user = (state as { user?: User }).user;
        return [client, { ...state, user: { ...user, author: user?.color, name: user?.name ?? "", color: "#000000" } }];
      }),
    );
  // Called on the original, which keeps its state in fields of its own.
  view.setLocalStateField = (field, value) => awareness.setLocalStateField(field, value);
  view.getLocalState = () => awareness.getLocalState();
  view.on = (...given: Parameters<Awareness["on"]>) => awareness.on(...given);
  view.off = (...given: Parameters<Awareness["off"]>) => awareness.off(...given);
  return view;
}

function selection(user: User & { author?: unknown }): DecorationAttrs {
  return { class: `peer-selection ${authorClass(user.author)}` };
}

class Names {
  private readonly timers = new Map<number, ReturnType<typeof setTimeout>>();
  private readonly carets = new Map<number, HTMLElement>();

  /** A caret of its own for each of a person's windows; it is moved, not drawn anew. */
  caret(user: User & { author?: unknown }, client: number): HTMLElement {
    const caret = document.createElement("span");
    caret.className = `peer-caret ${authorClass(user.author)}`;
    caret.setAttribute("aria-hidden", "true");
    caret.dataset.name = user.name ?? "";
    const flag = document.createElement("span");
    flag.className = "peer-flag";
    const short = document.createElement("b");
    short.textContent = initials(user.name ?? "");
    const name = document.createElement("span");
    name.className = "peer-name";
    name.textContent = user.name ?? "";
    flag.append(short, name);
    // Joiners on both sides: the caret must not become a place to break the line.
    caret.append("\u2060", flag, "\u2060");
    this.carets.set(client, caret);
    this.wake(client);
    return caret;
  }

  /** Show the whole name for a while. */
  wake(client: number): void {
    const caret = this.carets.get(client);
    if (!caret) return;
    caret.classList.add("active");
    clearTimeout(this.timers.get(client));
    this.timers.set(client, setTimeout(() => this.carets.get(client)?.classList.remove("active"), NAME_SHOWN));
  }

  rest(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
  }
}
