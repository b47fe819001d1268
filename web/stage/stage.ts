/** The projector's page and the follow view: they read, live, and nothing else. */
import "../common.ts";
import { ItemClock } from "../agenda/clock.ts";
import { useStrings } from "../strings.ts";
import { startProjector } from "./projector.ts";
import { StageConnection } from "./connection.ts";
import { Readings } from "./readings.ts";
import { StageWords } from "./words.ts";
import { TermSearch } from "./terms.ts";

/** What the server tells these pages (`stage_data` in server/web/stage.py). */
export interface StageData {
  sync_url: string;
  ticket_url: string;
  told_url: string;
  csrf: string;
  schema_version: number;
  locale: string;
  /** A document that is always open: on its connection the meeting's events come. */
  anchor: string;
  strings: Record<string, string>;
}

export function startStage(json: string): void {
  const data = JSON.parse(json) as StageData;
  useStrings(data.strings);
  const readings = new Readings(data);
  StageWords.readings = readings;
  customElements.define("stage-connection", StageConnection);
  customElements.define("stage-words", StageWords);
  customElements.define("term-search", TermSearch);
  customElements.define("item-clock", ItemClock);
  document.querySelector<StageConnection>("stage-connection")?.show(readings);
  startProjector();
  readings.start();
}
