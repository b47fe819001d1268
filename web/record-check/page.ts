/** The part of /verify that checks files on this device: takes them in, hands them to the worker, says what it found. */
import "../common.ts";
import { icon } from "../icon.ts";
import { t, useStrings } from "../strings.ts";
import { answerNotes, recordNotes } from "./answer.ts";
import { FIRST_LINE, parseKeys } from "./checkpoint.ts";
import { element, note } from "./elements.ts";
import type { Task, Told } from "./worker.ts";

const MOST_TEXT = 200_000; // bytes of a receipt or a file of keys

interface Data {
  strings: Record<string, string>;
  /** Address of the worker's script. */
  worker: string;
  /** The public keys of this installation, as /verify/keys.txt has them. */
  keys: string;
}

export function startRecordCheck(source: string): void {
  const { strings, worker: address, keys: ours } = JSON.parse(source) as Data;
  const place = document.getElementById("record-check");
  const worker = place && new Worker(address, { type: "module" });
  if (!place || !worker) return;
  useStrings(strings);
  const part = <E extends HTMLElement>(name: string): E => place.querySelector<E>(`[data-part="${name}"]`)!;
  const [zone, list, answer] = [part("zone"), part("list"), part("answer")];
  const [progress, bar] = [part("progress"), part<HTMLProgressElement>("bar")];
  const [picker, pasted] = [part<HTMLInputElement>("picker"), part<HTMLTextAreaElement>("keys")];
  let archive: File | undefined;
  let receipts: Task["receipts"] = [];
  /** Keys from elsewhere: the text, and where they come from. */
  let given: { text: string; from: string } | undefined;
  let strange: string[] = [];
  let id = 0;

  async function take(files: Iterable<File>): Promise<void> {
    strange = [];
    for (const file of files) {
      const start = new Uint8Array(await file.slice(0, 2).arrayBuffer());
      const zip = start[0] === 0x50 && start[1] === 0x4b;
      const text = zip || file.size > MOST_TEXT ? "" : await file.text();
      if (text.startsWith(FIRST_LINE)) {
        receipts = [...receipts.filter((one) => one.text !== text), { name: file.name, text }];
      } else if (isKeys(text)) {
        given = { text, from: file.name };
      } else if (zip || /\.zip$/i.test(file.name)) {
        archive = file; // by its name alone too: its beginning may be what was damaged
      } else {
        strange.push(file.name);
      }
    }
    picker.value = "";
    check();
  }

  function check(): void {
    id += 1;
    drawList();
    answer.replaceChildren(...strange.map((name) => note("warning", "triangle-alert", [t("check.strange", { name })])));
    progress.hidden = true;
    if (!archive && !receipts.length) return;
    progress.hidden = false;
    bar.value = 0;
    worker!.postMessage({ id, archive: archive ?? null, receipts, keys: given?.text ?? ours } satisfies Task);
  }

  worker.onmessage = ({ data: told }: MessageEvent<Told>) => {
    if (told.id !== id) return;
    if ("share" in told) {
      bar.value = told.share;
      return;
    }
    progress.hidden = true;
    if ("failed" in told) return fail();
    const whose = given ? t("check.keys_given", { name: given.from }) : t("check.keys_ours", { host: location.host });
    answer.append(
      ...(told.record ? recordNotes(told.record, whose) : []),
      ...told.receipts.map((one) => answerNotes(one, receipts.length > 1)),
    );
    answer.scrollIntoView({ block: "nearest" });
  };
  worker.onerror = () => {
    progress.hidden = true;
    fail();
  };

  function fail(): void {
    answer.replaceChildren(note("warning", "triangle-alert", [t("check.failed")]));
  }

  function drawList(): void {
    const rows: HTMLElement[] = [];
    if (archive) rows.push(row(archive.name, t("check.is_record"), () => (archive = undefined)));
    for (const one of receipts) {
      const remove = (): void => void (receipts = receipts.filter((other) => other !== one));
      rows.push(row(one.name, t("check.is_receipt"), remove));
    }
    if (given) rows.push(row(given.from, t("check.is_keys"), () => (given = undefined)));
    list.hidden = !rows.length;
    list.replaceChildren(...rows);
  }

  function row(name: string, kind: string, remove: () => void): HTMLElement {
    const words = element("span", "", [t("check.remove"), element("span", "visually-hidden", [` ${name}`])]);
    const button = element("button", "button quiet small", [icon("x"), words]);
    button.setAttribute("type", "button");
    button.addEventListener("click", () => {
      remove();
      strange = [];
      check();
      picker.focus();
    });
    const text = element("div", "row-text", [element("p", "row-title", [name]), element("p", "muted", [kind])]);
    return element("li", "row", [text, button]);
  }

  picker.addEventListener("change", () => void take(picker.files ?? []));
  // Anywhere on the page: whoever misses the zone would otherwise leave the page for the file.
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.toggle("is-over", event.dataTransfer?.types.includes("Files"));
  });
  document.addEventListener("dragleave", () => zone.classList.remove("is-over"));
  document.addEventListener("drop", (event) => {
    zone.classList.remove("is-over");
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    void take(event.dataTransfer.files);
  });
  part("use").addEventListener("click", () => {
    const good = isKeys(pasted.value);
    part("keys-error").hidden = good;
    pasted.setAttribute("aria-invalid", String(!good));
    if (!good) return pasted.focus();
    given = { text: pasted.value, from: t("check.keys_pasted") };
    strange = [];
    check();
  });
  place.hidden = false;
}

function isKeys(text: string): boolean {
  try {
    return parseKeys(text).size > 0;
  } catch {
    return false;
  }
}
