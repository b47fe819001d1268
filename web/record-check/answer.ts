/** What was found, in words. */
import { localeOf } from "../page/locale.ts";
import { t } from "../strings.ts";
import type { Checked } from "./archive.ts";
import { element, note } from "./elements.ts";
import type { Answer } from "./receipts.ts";

const MOST_SHOWN = 5; // troubles of one record

export function recordNotes(record: Omit<Checked, "hashes">, whose: string): HTMLElement[] {
  const { faults } = record;
  if (!faults.length) return [note("success", "circle-check", [strong(t("check.sound")), t("check.sound_means"), facts(record, whose)])];
  const list = element("ul", "", faults.slice(0, MOST_SHOWN).map((one) => element("li", "", [t(`check.fault.${one.code}`, one.values)])));
  const more = faults.length > MOST_SHOWN ? [t("check.more", { count: faults.length - MOST_SHOWN })] : [];
  const keysOnly = faults.every((one) => one.code === "key");
  const title = keysOnly ? t("check.unknown_key") : t("check.changed");
  const meaning = keysOnly ? t("check.unknown_key_means") : t("check.changed_means");
  return [note("warning", "triangle-alert", [strong(title), list, ...more, meaning, ...(record.meeting ? [facts(record, whose)] : [])])];
}

export function answerNotes({ name, code, values }: Answer, several: boolean): HTMLElement {
  const good = code === "stands";
  const sign = good ? "circle-check" : code === "alone" || code === "later" ? "info" : "triangle-alert";
  const title = several ? `${name}: ${t(`check.receipt.${code}`, values)}` : t(`check.receipt.${code}`, values);
  return note(good ? "success" : "warning", sign, [strong(title), t(`check.means.${code}`, values)]);
}

function strong(text: string): HTMLElement {
  return element("p", "notice-title", [text]);
}

function facts(record: Omit<Checked, "hashes">, whose: string): HTMLElement {
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const rows: [string, string][] = [
    [t("check.fact.meeting"), record.meeting],
    [t("check.fact.entries"), number.format(record.entries)],
    [t("check.fact.withheld"), number.format(record.withheld)],
    [t("check.fact.documents"), number.format(record.documents)],
    [t("check.fact.moments"), number.format(record.moments)],
  ];
  if (record.last) rows.push([t("check.fact.taken"), moment(record.last.time)], [t("check.fact.key"), record.last.key]);
  rows.push([t("check.fact.keys"), whose]);
  return element(
    "dl",
    "facts",
    rows.flatMap(([name, value]) => [element("dt", "", [name]), element("dd", "", [value])]),
  );
}

/** In the words of the page's language, by this device's clock and zone. */
function moment(iso: string): string {
  const format = new Intl.DateTimeFormat(localeOf(document.documentElement.lang), {
    dateStyle: "medium",
    timeStyle: "short",
  });
  return format.format(new Date(iso));
}
