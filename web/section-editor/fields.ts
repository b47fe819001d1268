/** The fields of each typed block, in the order people read them: the same table as server/documents/nodes.py. */
import { t } from "../strings.ts";

export const FIELDS = {
  goal: ["area", "baseline", "condition", "behavior", "criterion", "measure", "date", "reporting"],
  service: ["service", "provider", "frequency", "minutes", "location", "start", "end"],
  accommodation: ["what", "where", "kind"],
} as const satisfies Record<string, readonly string[]>;

export type BlockName = keyof typeof FIELDS;

export const BLOCK_NAMES = Object.keys(FIELDS) as BlockName[];

const NAMES = new Set<string>(Object.values(FIELDS).flat());

export function isBlockName(name: string): name is BlockName {
  return Object.hasOwn(FIELDS, name);
}

/** What a field is called. A name this page doesn't know has no label. */
export function fieldLabel(name: unknown): string {
  return typeof name === "string" && NAMES.has(name) ? t(`field.${name}`) : "";
}

/** What belongs into an empty field. */
export function fieldHint(name: unknown): string {
  return typeof name === "string" && NAMES.has(name) ? t(`hint.${name}`) : "";
}

export function blockTitle(name: BlockName, number: number): string {
  return t(`block.${name}`, { number });
}

/** Which typed block a section is made of, if any. */
export const BLOCK_OF_SECTION: Readonly<Record<string, BlockName>> = {
  goals: "goal",
  services: "service",
  accommodations: "accommodation",
};
