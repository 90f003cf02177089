import { entropy } from "./core.js";

/** A random UUID (version 4), also on pages without https, where `crypto.randomUUID` is missing. */
export function uuid(): string {
  const bytes = entropy().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The id as the core keeps it: a UUID is one in any letter case. */
export function foldId(id: string): string {
  const given: unknown = id; // what is no text at all is for the core to refuse
  return typeof given === "string" && UUID.test(given) ? given.toLowerCase() : id;
}
