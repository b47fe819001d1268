/** `<stage-connection>`: says when what is shown may be old; silent while it is not. */
import { t } from "../strings.ts";
import type { Readings } from "./readings.ts";

/** Milliseconds: a connection that comes back sooner was never gone to anybody who looks. */
const PATIENCE = 2_000;

export class StageConnection extends HTMLElement {
  private timer: ReturnType<typeof setTimeout> | undefined;

  show(readings: Readings): void {
    readings.watch((connection) => {
      clearTimeout(this.timer);
      if (connection === "lost") this.timer = setTimeout(() => this.say(t("stage.lost")), PATIENCE);
      else this.say(connection === "ended" ? t("stage.ended") : "");
      this.dataset.state = connection;
    });
  }

  private say(words: string): void {
    if (this.textContent !== words) this.textContent = words;
  }
}
