// The fields of a form, by the names that forms give them: `steps.0.options.bulletCount`.

/** The names of the fields of `T`, outer ones too. */
export type FieldPath<T> =
  T extends readonly (infer Item)[] ? `${number}` | `${number}.${FieldPath<Item>}`
  : T extends object ? { [Name in keyof T & string]-?: Name | `${Name}.${FieldPath<NonNullable<T[Name]>>}` }[keyof T & string]
  : never;

/** What the field of this name holds; of steps, in any kind that has it. */
export type FieldValue<T, Path extends string> =
  T extends readonly (infer Item)[] ?
    Path extends `${number}.${infer Rest}` ? FieldValue<Item, Rest>
    : Path extends `${number}` ? Item
    : never
  : T extends object ?
    Path extends `${infer Name}.${infer Rest}` ?
      Name extends keyof T ? FieldValue<NonNullable<T[Name]>, Rest>
      : never
    : Path extends keyof T ? T[Path]
    : never
  : never;

/**
 * `holder` with another value in a field, or what a function makes of the present one. What is not there yet is made; nothing
 * is changed in place.
 */
export function withField(holder: unknown, path: readonly string[], value: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return typeof value === "function" ? (value as (now: unknown) => unknown)(holder) : value;
  if (Array.isArray(holder)) {
    const items = [...(holder as unknown[])];
    items[Number(name)] = withField(items[Number(name)], rest, value);
    return items;
  }
  const fields = isRecord(holder) ? holder : {};
  return { ...fields, [name]: withField(own(fields, name), rest, value) };
}

/** What a field holds; nothing where there is none. */
export function valueAt(holder: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce((inner, name) => (typeof inner === "object" && inner !== null ? own(inner, name) : undefined), holder);
}

/** The fields of `values` that mean something else than those of `filled`; `null` where one is no longer there. */
export function changesOf(values: object, filled: object): object {
  const names = namesOf(values, filled).filter((name) => !meansSame(own(values, name), own(filled, name)));
  return Object.fromEntries(names.map((name) => [name, own(values, name) ?? null]));
}

/** Whether two fields of a form mean the same: text stands for the number or flag it says, and an empty one for nothing. */
export function meansSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one) || Array.isArray(other)) {
    return Array.isArray(one) && Array.isArray(other) && one.length === other.length && one.every((item, at) => meansSame(item, other[at]));
  }
  if (isRecord(one) || isRecord(other)) {
    const [fields, others] = [recordOf(one), recordOf(other)];
    return fields !== undefined && others !== undefined && namesOf(fields, others).every((name) => meansSame(own(fields, name), own(others, name)));
  }
  return isEmpty(one) ? isEmpty(other) : !isEmpty(other) && String(one) === String(other);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

/** A record of which nothing is filled in means as much as none. */
function recordOf(value: unknown): object | undefined {
  return isEmpty(value) ? {} : isRecord(value) ? value : undefined;
}

function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function namesOf(one: object, other: object): string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])];
}

function own(holder: object, name: string | number): unknown {
  return Object.hasOwn(holder, name) ? (holder as Record<string | number, unknown>)[name] : undefined;
}
