/** Tools that the full command alone installs. */
import { join } from "node:path";

/** Where they are. */
export const FULL = join(import.meta.dirname, "node_modules");

/** Node of another version. npm has them for Linux, each for its processor. */
export const nodeOf = (major: number): string => join(FULL, `node-${String(major)}-${process.platform}-${process.arch}/bin/node`);
