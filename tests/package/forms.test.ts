/** What people fill in, read by the same tables: whatever a schema accepts, its text in a form comes to the same. */
import { createInputSchema, fromForm, pipelineSchema, scheduleSchema, updateInputSchema, type FormValues, type PipelineCreateInput } from "convex-pipelines";
import { describe, expect, expectTypeOf, test } from "vitest";
import { change, right, type Fields } from "../support/changed.js";
import { Random } from "../support/random.js";
import { inText, named } from "../support/form.js";

const SCHEMAS = { createInput: createInputSchema, updateInput: updateInputSchema, schedule: scheduleSchema };
const FORMS = { createInput: fromForm(createInputSchema), updateInput: fromForm(updateInputSchema), schedule: fromForm(scheduleSchema) };

const env = (globalThis as { process?: { env: Record<string, string | undefined> } }).process?.env ?? {};
const CASES = Number(env["FORM_CASES"] ?? (typeof document === "undefined" ? 20_000 : 2_000));

/** `FORM_CASES=500000 npm --prefix tests test -- --project node package/forms` looks longer; a failure names its seed. */
test(
  "what a schema accepts comes to the same through a form: as text, by paths, as FormData and as URLSearchParams",
  () => {
    const bases = right.filter(({ schema }) => schema in SCHEMAS);
    let accepted = 0;
    for (let seed = 0; seed < CASES; seed++) {
      const random = new Random(seed);
      const { schema, value: base } = random.pick(bases);
      const name = schema as keyof typeof SCHEMAS;
      const value = structuredClone(base);
      for (let changes = random.below(3); changes > 0; changes--) change(random, value);
      const plain = SCHEMAS[name].safeParse(value);
      if (!plain.success) continue;
      accepted += 1;
      const forms = [value, inText(value), ...flat(random, value)];
      for (const form of forms) {
        const read = FORMS[name].safeParse(form);
        if (JSON.stringify(read) !== JSON.stringify(plain)) expect(read, `seed ${seed}, ${name}`).toEqual(plain);
      }
    }
    expect(accepted / CASES).toBeGreaterThan(0.3);
  },
  CASES * 5 + 10_000,
);

function flat(random: Random, value: Fields): unknown[] {
  const fields = random.shuffle(named(value, random.pick(["brackets", "dots"])));
  const data = new FormData();
  for (const [name, text] of fields) data.append(name, text);
  return [Object.fromEntries(fields), data, new URLSearchParams(fields)];
}

describe("a form", () => {
  test("has the issues of the schema, with their words, at the same paths", () => {
    const given = { name: " ", steps: [{ id: "a", kind: "summarise", options: { bulletCount: 99, colour: "red" } }] };
    const plain = createInputSchema.safeParse(given);
    const form = FORMS.createInput.safeParse(inText(given));
    expect(form).toEqual(plain);
    expect(!form.success && form.error.issues.map(({ path }) => path.join("."))).toEqual(["name", "steps.0.options.bulletCount", "steps.0.options.colour"]);
    expect(() => FORMS.createInput.parse(inText(given))).toThrow("must be between 1 and 20");
  });

  test("of a box behind a hidden field says what the box says when it is not ticked", () => {
    const data = new FormData();
    data.append("cron", "@daily");
    data.append("enabled", "false");
    expect(FORMS.schedule.parse(data)).toEqual({ cron: "0 0 * * *", enabled: false });
    data.append("enabled", "true");
    expect(FORMS.schedule.parse(data)).toEqual({ cron: "0 0 * * *", enabled: true });
  });

  test("with a file where a text belongs is refused there", () => {
    const data = new FormData();
    data.append("cron", new File(["* * * * *"], "cron.txt"));
    expect(FORMS.schedule.safeParse(data)).toMatchObject({ success: false, error: { issues: [{ code: "type", path: ["cron"] }] } });
  });

  test("that cannot be read is refused, whatever it throws", () => {
    const entries = (): never => {
      throw new Error("no");
    };
    for (const form of [{ entries, getAll: entries }, { entries: () => 7, getAll: entries }]) {
      expect(FORMS.createInput.safeParse(form)).toMatchObject({ success: false, error: { code: "invalid" } });
    }
  });

  test("of many thousand names is refused at once", () => {
    const names = Array.from({ length: 20_000 }, (_each, index) => [`steps[${index}].${index}`, "x"]);
    const started = performance.now();
    expect(FORMS.createInput.safeParse(Object.fromEntries(names)).success).toBe(false);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test("is that of an input, and not of a document", () => {
    expect(() => fromForm(pipelineSchema)).toThrow("schema must be createInputSchema");
    expect(() => fromForm(FORMS.createInput as never)).toThrow("schema must be createInputSchema");
  });

  test("is a Standard Schema of what its fields hold", async () => {
    const form: FormValues<PipelineCreateInput> = { name: "x", steps: [{ id: "a", kind: "summarise", options: { bulletCount: "5", includeKeywords: "on", style: "" } }, { id: "b", kind: "clean" }] };
    const steps = [{ id: "a", kind: "summarise", options: { bulletCount: 5, includeKeywords: true } }, { id: "b", kind: "clean", options: {} }];
    expect(await FORMS.createInput["~standard"].validate(form)).toEqual({ value: { name: "x", steps } });
    expectTypeOf(FORMS.createInput.parse).returns.toEqualTypeOf<PipelineCreateInput>();

    // @ts-expect-error -- "bulletcount" is no option
    const slip: typeof form = { name: "x", steps: [{ id: "a", kind: "summarise", options: { bulletcount: "5" } }] };
    // @ts-expect-error -- "sumarise" is no kind
    const kind: typeof form = { name: "x", steps: [{ id: "a", kind: "sumarise", options: { bulletCount: "5" } }] };
    // @ts-expect-error -- "short" is no style
    const style: typeof form = { name: "x", steps: [{ id: "a", kind: "summarise", options: { bulletCount: "5", style: "short" } }] };
    for (const each of [slip, kind, style]) expect(FORMS.createInput.safeParse(each).success).toBe(false);
  });
});
