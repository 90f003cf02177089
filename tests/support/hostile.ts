/** Values that do what no caller should: for tests of what becomes of them. */

/** Stands in everything that a hostile value throws, and must be read nowhere. */
export const CANARY = "canary-4f1d9c";

/** A small seeded generator (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function seedOf(): number {
  const given = typeof process === "undefined" ? undefined : process.env["SEED"];
  return Number(given ?? Math.floor(Math.random() * 2 ** 32));
}

/** What a getter or a trap may throw, besides nothing. `reenter` calls the package. */
function throwers(reenter: () => unknown, ours: (message: string) => unknown): (() => unknown)[] {
  const raise = (make: () => unknown) => (): never => {
    throw make();
  };
  const badError = (field: "message" | "stack" | "name"): Error =>
    Object.defineProperty(new Error(CANARY), field, {
      get: () => {
        throw new Error(CANARY);
      },
    });
  return [
    raise(() => new Error(CANARY)),
    raise(() => new RangeError(CANARY)),
    raise(() => new RangeError("Maximum call stack size exceeded")),
    raise(() => new WebAssembly.RuntimeError(CANARY)),
    raise(() => new WebAssembly.CompileError(CANARY)),
    raise(() => undefined),
    raise(() => CANARY),
    raise(() => Symbol(CANARY)),
    raise(() => revoked({})),
    raise(() => allTraps(raise(() => new Error(CANARY)))),
    raise(() => badError("message")),
    raise(() => badError("stack")),
    raise(() => badError("name")),
    raise(() => ours(CANARY)),
    raise(() => ({ code: "conflict", message: CANARY, issues: "[]", retryable: true })),
    raise(() => ({ code: "conflict", message: CANARY, issues: CANARY })),
    function overflow(): unknown {
      return [overflow()];
    },
    () => {
      reenter();
      throw new Error(CANARY);
    },
    () => {
      reenter();
      return undefined;
    },
  ];
}

const TRAPS = [
  "get",
  "has",
  "ownKeys",
  "getPrototypeOf",
  "getOwnPropertyDescriptor",
  "isExtensible",
  "defineProperty",
  "set",
  "apply",
  "construct",
] as const;

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

function allTraps(trap: () => unknown, target: object = {}): object {
  return new Proxy(target, Object.fromEntries(TRAPS.map((name) => [name, trap])) as ProxyHandler<object>);
}

/** An array, by all signs, whose `length` is what `length` says. */
function listOf(length: () => unknown): object {
  return new Proxy([], { get: (target, key) => (key === "length" ? length() : (Reflect.get(target, key) as unknown)) });
}

function classInstance(): object {
  return new (class Options {
    name = "x";
    get inherited(): never {
      throw new Error(CANARY);
    }
  })();
}

function selfHolding(times: number): object {
  const value: Record<string, unknown> = {};
  for (let key = 0; key < times; key++) value[`k${String(key)}`] = value;
  return value;
}

/** A value by name; each call makes it anew. */
export type Hostile = [string, () => unknown];

/** Every kind once: those that are merely odd, and those that throw. */
export function hostileValues(
  reenter: () => unknown,
  ours: (message: string) => unknown,
  realm: (source: string) => unknown = () => undefined,
): { plain: Hostile[]; thrown: Hostile[] } {
  const plain: Hostile[] = [
    ["undefined", () => undefined],
    ["null", () => null],
    ["true", () => true],
    ["NaN", () => NaN],
    ["-0", () => -0],
    ["Infinity", () => Infinity],
    ["a number", () => 1e300],
    ["a BigInt", () => 7n],
    ["a symbol", () => Symbol(CANARY)],
    ["empty text", () => ""],
    ["half a surrogate pair", () => "\ud83d"],
    ["a NUL", () => "\0"],
    ["__proto__", () => "__proto__"],
    ["a long text", () => "x".repeat(3_000_000)],
    ["a function", () => () => CANARY],
    ["a class", () => Map],
    ["an array", () => []],
    ["an object", () => ({})],
    ["an object without prototype", () => Object.create(null) as unknown],
    ["a class instance", classInstance],
    ["a Date", () => new Date(0)],
    ["an invalid Date", () => new Date(NaN)],
    ["a Date whose getTime throws", () => Object.assign(new Date(), { getTime: throwers(reenter, ours)[0] })],
    ["a Map", () => new Map([[1, 2]])],
    ["an error", () => new Error("x")],
    ["a boxed symbol", () => Object(Symbol(CANARY)) as unknown],
    ["a promise", () => Promise.resolve(1)],
    ["a resizable buffer", () => new Uint8Array(8)],
    ["holes", () => new Array<unknown>(2 ** 32 - 1)],
    ["a revoked object", () => revoked({})],
    ["a revoked array", () => revoked([])],
    ["a revoked function", () => revoked(() => 1)],
    ["an endless object", () => selfHolding(3)],
    ["an object with an endless prototype", () => new Proxy({}, { getPrototypeOf: (target) => new Proxy(target, {}) })],
    ["a Proxy that has every key", () => new Proxy({}, { get: (_target, key) => key, has: () => true })],
    ["a Proxy that is called for everything", () => new Proxy(() => 1, { get: (target) => target })],
    ["a tag that names a property of Object", () => ({ __proto__: { [Symbol.toStringTag]: "constructor" } })],
    ["a tag that is no text", () => ({ __proto__: { [Symbol.toStringTag]: 7 } })],
    ["many keys of one Proxy", () => new Proxy({}, { ownKeys: () => Array.from({ length: 5_000 }, (_, key) => `k${String(key)}`) })],
  ];
  for (const length of [Symbol("length"), -1, NaN, Infinity, 1.5, 2 ** 53, 2 ** 32, 2 ** 31, "7", null, undefined, 7n, {}, { valueOf: () => 3 }]) {
    plain.push([`an array of length ${typeof length} ${typeof length === "number" ? String(length) : ""}`, () => listOf(() => length)]);
  }
  const thrown: Hostile[] = [];
  for (const [index, thrower] of throwers(reenter, ours).entries()) {
    const what = `thrower ${String(index)}`;
    thrown.push(
      [`${what}: length`, () => listOf(thrower)],
      [`${what}: every trap`, () => allTraps(thrower)],
      [`${what}: every trap of an array`, () => allTraps(thrower, [])],
      [`${what}: every trap of a function`, () => allTraps(thrower, () => 1)],
      [`${what}: a tag`, () => ({ __proto__: { get [Symbol.toStringTag]() { return thrower(); } } })],
      [`${what}: toString, valueOf, toJSON, toPrimitive`, () => ({ toString: thrower, valueOf: thrower, toJSON: thrower, [Symbol.toPrimitive]: thrower })],
      [`${what}: then`, () => ({ get then() { return thrower(); } })],
      [`${what}: an iterator`, () => ({ [Symbol.iterator]: thrower })],
      [`${what}: known fields`, () => knownFields(thrower)],
      [`${what}: an item`, () => Object.defineProperty([0, 1], 1, { get: thrower, enumerable: true })],
    );
    for (const trap of TRAPS) {
      thrown.push([`${what}: ${trap}`, () => new Proxy({ name: "x", id: "y", steps: [] }, { [trap]: thrower })]);
      thrown.push([`${what}: ${trap} of an array`, () => new Proxy([1], { [trap]: thrower })]);
    }
  }
  for (const source of [
    "({ name: 1 })",
    "[]",
    "new Date()",
    "Object.create(null)",
    "new Proxy([], { get() { throw new RangeError('canary-4f1d9c') } })",
    "({ get name() { throw new Error('canary-4f1d9c') } })",
    "(() => { const { proxy, revoke } = Proxy.revocable([], {}); revoke(); return proxy })()",
    "Object.create(Object.create({}))",
  ]) {
    plain.push([`of another realm: ${source}`, () => realm(source)]);
  }
  return { plain, thrown };
}

/** The names that any export looks at. */
const KNOWN = [
  "id", "name", "description", "steps", "schedule", "cron", "timezone", "defaultSource", "webhookSecret", "accountId", "now", "after", "count",
  "baseUrl", "authToken", "authScheme", "allowInsecure", "fetch", "timeoutMs", "secretStorage", "remote", "local", "patienceMs", "status", "body",
  "headers", "expectedUpdatedAt", "code", "message", "issues", "retryable", "input", "list", "then", "url", "method", "environment", "execute",
];

function knownFields(getter: () => unknown): object {
  const value = {};
  for (const name of KNOWN) Object.defineProperty(value, name, { get: getter, enumerable: true });
  return value;
}

/** A copy of `value` with `hostile` in the place of one of its parts, or beside them. */
export function planted(value: unknown, hostile: unknown, random: () => number): unknown {
  if (typeof value !== "object" || value === null || random() < 0.15) return hostile;
  if (Array.isArray(value)) {
    const copy: unknown[] = [...(value as unknown[])];
    const at = Math.floor(random() * (copy.length + 1));
    copy[at] = planted(copy[at], hostile, random);
    return copy;
  }
  const copy: Record<string, unknown> = { ...value };
  const keys = [...Object.keys(copy), "colour"];
  const key = keys[Math.floor(random() * keys.length)] ?? "colour";
  copy[key] = planted(copy[key], hostile, random);
  return copy;
}
