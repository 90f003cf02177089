// Whose turn is next: each waiter leaves a numbered file beside the lock, and an owner that lets go renames the first of
// them over its lock. So the lock is never free while somebody waits, and a newcomer cannot slip in.
import { readdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { createOwned, isDead, readOwner, type Owner } from "./lock-owner.js";

/** A waiter's file, by its name. */
interface Turn {
  number: number;
  path: string;
}

/** Puts `owner` behind all who wait for `lock`; returns its file. */
export function takeTurn(lock: string, owner: Owner): string {
  const last = turnsOf(lock).at(-1)?.number ?? 0;
  const path = join(dirname(lock), `${prefixOf(lock)}${String(last + 1)}.${owner.token}`);
  createOwned(path, owner);
  return path;
}

/** The file of the first waiter that lives. Those of dead ones are cleared away. */
export function firstTurn(lock: string): string | undefined {
  return turnsOf(lock).find(({ path }) => {
    const owner = readOwner(path);
    const waits = owner !== undefined && path.endsWith(owner.token) && !isDead(owner);
    if (!waits) giveUpTurn(path);
    return waits;
  })?.path;
}

/** Removes a waiter's file; nothing happens where it is gone. */
export function giveUpTurn(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // a folder of that name; it stays
  }
}

function turnsOf(lock: string): Turn[] {
  const folder = dirname(lock);
  const prefix = prefixOf(lock);
  const turns = readdirSync(folder).flatMap((name) => {
    if (!name.startsWith(prefix)) return [];
    const [, digits] = /^(\d{1,15})\.[0-9a-f-]{36}$/.exec(name.slice(prefix.length)) ?? [];
    return digits === undefined ? [] : [{ number: Number(digits), path: join(folder, name) }];
  });
  return turns.sort((a, b) => a.number - b.number || (a.path < b.path ? -1 : 1));
}

function prefixOf(lock: string): string {
  return `.${basename(lock)}.`;
}
