/** Bytes as the record's files write them (docs/record-format.md). Everything here throws on what is not in that form. */
import { sha256 } from "@noble/hashes/sha2.js";

const HEX = /^(?:[0-9a-f]{2})*$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

export class Unreadable extends Error {}

export function fromHex(text: unknown, length?: number): Uint8Array {
  if (typeof text !== "string" || !HEX.test(text) || (length !== undefined && text.length !== length * 2))
    throw new Unreadable("hexadecimal digits");
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < bytes.length; at++) bytes[at] = parseInt(text.slice(at * 2, at * 2 + 2), 16);
  return bytes;
}

export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}

export function fromBase64(text: unknown): Uint8Array {
  if (typeof text !== "string" || !BASE64.test(text)) throw new Unreadable("base64");
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let at = 0; at < raw.length; at++) bytes[at] = raw.charCodeAt(at);
  return bytes;
}

export function toText(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

export function toBytes(text: string): Uint8Array {
  return encoder.encode(text);
}

export function digest(...parts: Uint8Array[]): Uint8Array {
  const hash = sha256.create();
  for (const part of parts) hash.update(part);
  return hash.digest();
}

export function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
