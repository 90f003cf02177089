// Tells data from what only looks like data: a Date, a Map, a boxed number. Brands are asked for, not constructors, so
// that objects of another realm (an iframe, `node:vm`, a test runner) count the same and no class can pass for another.

type Probe = (value: object) => unknown;

/** Each throws for every object that is not its own kind. None of them changes anything or runs code of the value. */
const makeProbes = (): ReadonlyMap<string, Probe> => new Map(Object.entries<Probe>({
  Date: (value) => Date.prototype.getTime.call(value),
  RegExp: getterOf(RegExp.prototype, "source"),
  Map: getterOf(Map.prototype, "size"),
  Set: getterOf(Set.prototype, "size"),
  WeakMap: (value) => WeakMap.prototype.has.call(value, value),
  WeakSet: (value) => WeakSet.prototype.has.call(value, value),
  WeakRef: (value): unknown => WeakRef.prototype.deref.call(value),
  ArrayBuffer: getterOf(ArrayBuffer.prototype, "byteLength"),
  Number: (value) => Number.prototype.valueOf.call(value),
  String: (value) => String.prototype.valueOf.call(value),
  Boolean: (value) => Boolean.prototype.valueOf.call(value),
  Symbol: (value) => Symbol.prototype.valueOf.call(value),
  BigInt: (value) => BigInt.prototype.valueOf.call(value),
}));

let probes: ReadonlyMap<string, Probe> | undefined;

/** Kinds that nothing can be asked of without waking them up: their name is believed. */
const BY_NAME: readonly string[] = ["Error", "Promise", "SharedArrayBuffer", "Function", "AsyncFunction"];

/** The length of an array of any realm; `undefined` for everything else. Throws where a Proxy does, or gives no length. */
export function lengthOf(value: object): number | undefined {
  if (!Array.isArray(value)) return undefined;
  const length: unknown = value.length; // a Proxy may answer anything
  if (typeof length !== "number" || !Number.isSafeInteger(length) || length < 0) throw new TypeError("no length");
  return length;
}

/** The number of a Date of any realm; `undefined` for everything else. Methods of a subclass are not called. */
export function instantOf(value: object): number | undefined {
  try {
    return Date.prototype.getTime.call(value);
  } catch {
    return undefined;
  }
}

/** Whether `value` is one of the language's own kinds of object, which hold no data of ours. */
export function isForeign(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === Object.prototype || prototype === null) return false;
  // The root of another realm: only its plain objects stand directly below it.
  if (Object.getPrototypeOf(prototype) === null) return false;
  if (ArrayBuffer.isView(value)) return true;
  const name = Object.prototype.toString.call(value).slice(8, -1);
  if (BY_NAME.includes(name)) return true;
  probes ??= makeProbes();
  const probe = probes.get(name);
  if (probe !== undefined && holds(probe, value)) return true;
  // A name of its own may hide the kind: then all of them are asked, once for each class.
  if (!(Symbol.toStringTag in value) || harmless.has(prototype)) return false;
  for (const each of probes.values()) if (holds(each, value)) return true;
  harmless.add(prototype);
  return false;
}

/** Prototypes of classes that bear a name and hide nothing, such as those of the DOM. */
const harmless = /* @__PURE__ */ new WeakSet();

function holds(probe: Probe, value: object): boolean {
  try {
    probe(value);
    return true;
  } catch {
    return false;
  }
}

function getterOf(prototype: object, name: string): Probe {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with the value it asks about
  const getter = Object.getOwnPropertyDescriptor(prototype, name)?.get;
  return (value): unknown => getter?.call(value);
}
