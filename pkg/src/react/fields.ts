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

/** `holder` with another value in a field. What is not there yet is made; nothing is changed in place. */
export function withField(holder: unknown, path: readonly string[], value: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  if (Array.isArray(holder)) {
    const items = [...(holder as unknown[])];
    items[Number(name)] = withField(items[Number(name)], rest, value);
    return items;
  }
  const fields = (typeof holder === "object" && holder !== null ? holder : {}) as Record<string, unknown>;
  const inner = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return { ...fields, [name]: withField(inner, rest, value) };
}
