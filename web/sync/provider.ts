/**
 * A document's provider whose count of unacked changes is honest.
 *
 * The stock one counts, and queues, updates from before the handshake: after a time offline that is thousands of frames
 * which the handshake's answer holds anyway, and their acks bring the count to zero too early. Here nothing is sent until
 * the server has asked what we have (its step 1). Our answer is the 1 that the count starts with; each update after it
 * counts one more. An update that the server finds without its predecessors gets no ack of its own but is asked for by
 * another step 1, whose answer is not counted and is acked: the sum stays right.
 */
import { HocuspocusProvider } from "@hocuspocus/provider";
import * as decoding from "lib0/decoding";

const SYNC = 0;
const SYNC_STATUS = 8;
const STEP_1 = 0;

export class DocumentProvider extends HocuspocusProvider {
  /** The server has asked what we have: from now on edits travel as they are made. */
  live = false;
  /** Called for each change that the server did not take. */
  onNotStored: () => void = () => undefined;

  get allAcked(): boolean {
    return this.live && this.unsyncedChanges === 0;
  }

  override documentUpdateHandler(update: Uint8Array, origin: unknown): void {
    if (this.live) super.documentUpdateHandler(update, origin);
  }

  override startSync(): void {
    this.live = false;
    super.startSync();
  }

  override onClose(): void {
    this.live = false;
    super.onClose();
  }

  override onMessage(event: MessageEvent): void {
    const decoder = decoding.createDecoder(new Uint8Array(event.data as ArrayBuffer));
    decoding.readVarString(decoder);
    const type = decoding.readVarUint(decoder);
    if (type === SYNC && decoding.readVarUint(decoder) === STEP_1) this.live = true;
    super.onMessage(event);
    if (type === SYNC_STATUS && decoding.readVarInt(decoder) !== 1) this.onNotStored();
  }
}
