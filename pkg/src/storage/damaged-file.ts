/** What makes a file unreadable; the message names no file. */
export class DamagedFile extends Error {}
