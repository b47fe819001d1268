/** Makes a meeting's page live. */
import type { PageData } from "../page-data.ts";
import { useStrings } from "../strings.ts";

export function startWorkspace(json: string): void {
  const data = JSON.parse(json) as PageData;
  useStrings(data.strings);
}
