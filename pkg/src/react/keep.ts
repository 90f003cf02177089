/**
 * `next`, with what has not changed since `before` being the same objects: React renders again what became another, so an
 * equal answer renders nothing, and of a list only the rows that differ.
 */
export function keep<T>(before: T | undefined, next: T): T {
  if (before === undefined) return next;
  if (!Array.isArray(before) || !Array.isArray(next)) return isSame(before, next) ? before : next;
  const known = new Map<string, unknown>(before.map((item) => [JSON.stringify(item), item]));
  const items = next.map((item: unknown) => known.get(JSON.stringify(item)) ?? item);
  return items.length === before.length && items.every((item, index) => item === before[index]) ? before : (items as T);
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
