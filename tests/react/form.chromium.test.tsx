/** A form over the model's schemas: its issues are theirs, and it submits what they make of it. */
import {
  createInputSchema,
  InMemoryPipelineRepository,
  PipelineError,
  updateInputSchema,
  type FormValues,
  type PipelineCreateInput,
  type PipelineUpdateInput,
  type Schema,
} from "convex-pipelines";
import { usePipelineForm, type PipelineForm } from "convex-pipelines/react";
import { describe, expect, expectTypeOf, test, vi } from "vitest";
import { Commits, mount } from "../support/mount";

const STEP = { id: "a", kind: "summarise" } as const;
const commits = new Commits();
let form: PipelineForm<PipelineCreateInput>;

function Create({ initial }: { initial?: Partial<FormValues<PipelineCreateInput>> }) {
  commits.use("form");
  form = usePipelineForm(initial);
  return form.issues.map(({ path, message }) => `${path.join(".")} ${message}`).join("; ") || "right";
}

test("fields of text, an issue on its own, then a pipeline", async () => {
  const repository = new InMemoryPipelineRepository();
  const { text } = mount(<Create initial={{ name: "", steps: [{ ...STEP, options: { bulletCount: "99" } }] }} />);
  await vi.waitFor(() => expect(text()).toContain("steps.0.options.bulletCount must be between 1 and 20"));
  expect(form.issueAt("steps.0.options.bulletCount")).toMatchObject({ code: "range", params: { min: 1, max: 20 } });
  expect(form.issueAt("name")).toBeDefined();
  expect(form.issueAt("steps")).toBeUndefined();

  const create = vi.fn((input: PipelineCreateInput) => repository.create(input));
  const refused = vi.fn();
  expect(await form.submit(create, refused)).toBeUndefined();
  expect(create).not.toHaveBeenCalled();
  expect(refused).toHaveBeenCalledExactlyOnceWith(form.issues);
  await vi.waitFor(() => expect(form.isSubmitted).toBe(true));

  // In one breath, as an autofill does it.
  const { set, submit } = form;
  set("name", " Morning");
  set("name", (begun) => `${begun} news `);
  set("steps.0.options.bulletCount", "5");
  set("steps.0.options.includeKeywords", "on");
  set("schedule.cron", "0 7 * * MON");
  set("schedule.timezone", "");
  const pipeline = await submit(create);
  expect(pipeline).toMatchObject({
    name: "Morning news",
    steps: [{ ...STEP, options: { bulletCount: 5, includeKeywords: true } }],
    schedule: { cron: "0 7 * * MON" },
  });
  await vi.waitFor(() => expect(text()).toBe("right"));
  expect(form).toMatchObject({ set, submit, isSubmitting: false });
  expect(form.values.name).toBe(" Morning news ");

  form.reset();
  await vi.waitFor(() => expect(form.isSubmitted).toBe(false));
  expect(form.values).toEqual({ name: "", steps: [{ ...STEP, options: { bulletCount: "99" } }] });
});

test("one value, one render; what it did not touch is the same object", async () => {
  const initial: FormValues<PipelineCreateInput> = {
    name: "x",
    steps: [{ ...STEP, options: { bulletCount: "5" } }, { id: "b", kind: "clean" }],
  };
  const { text } = mount(<Create initial={initial} />);
  await vi.waitFor(() => expect(text()).toBe("right"));
  commits.taken();
  form.set("steps.0.label", "Short");
  await vi.waitFor(() => expect(form.values.steps[0]!.label).toBe("Short"));
  expect(commits.taken()).toEqual({ form: 1 });
  expect(form.values.steps[1]).toBe(initial.steps[1]);
  expect(initial.steps[0]).not.toHaveProperty("label");
});

test("a second press does nothing; what the server refuses stands on its field until that is typed in; faults are thrown on", async () => {
  const { text } = mount(<Create initial={{ name: "x", steps: [{ ...STEP, options: { bulletCount: 5 } }] }} />);
  await vi.waitFor(() => expect(text()).toBe("right"));
  let refuse!: (error: unknown) => void;
  const handler = vi.fn(() => new Promise<string>((_, reject) => (refuse = reject)));
  const [first, second] = [form.submit(handler), form.submit(handler)];
  expect(await second).toBeUndefined();
  await vi.waitFor(() => expect(form.isSubmitting).toBe(true));
  refuse(new PipelineError({ code: "invalid", message: "no", issues: [{ code: "one_of", path: ["name"], message: "is taken" }] }));
  expect(await first).toBeUndefined();
  expect(handler).toHaveBeenCalledOnce();
  await vi.waitFor(() => expect(text()).toBe("name is taken"));
  expect(form.isSubmitting).toBe(false);
  form.set("description", "one more");
  expect(form.issueAt("name")).toBeDefined();
  form.set("name", "y");
  await vi.waitFor(() => expect(text()).toBe("right"));

  await expect(form.submit(() => Promise.reject(new Error("no line")))).rejects.toThrow("no line");
  await vi.waitFor(() => expect(form.isSubmitting).toBe(false));
  const again = new PipelineError({ code: "invalid", message: "no", issues: [{ code: "one_of", path: ["name"], message: "is taken" }] });
  await form.submit(() => Promise.reject(again));
  await vi.waitFor(() => expect(text()).toBe("name is taken"));
  expect(await form.submit(() => 7)).toBe(7);
  await vi.waitFor(() => expect(text()).toBe("right"));
});

test("unmounted during a submission, it ends in silence", async () => {
  const { text, unmount } = mount(<Create initial={{ name: "x", steps: [{ ...STEP, options: { bulletCount: 5 } }] }} />);
  await vi.waitFor(() => expect(text()).toBe("right"));
  let answer!: (text: string) => void;
  const submitted = form.submit(() => new Promise<string>((done) => (answer = done)));
  unmount();
  answer("made");
  expect(await submitted).toBe("made");
});

describe("over the schema of changes", () => {
  let update!: PipelineForm<PipelineUpdateInput>;
  const stored = { name: "x", description: "old", steps: [{ ...STEP, options: { bulletCount: 5 } }] };

  function Update({ schema = updateInputSchema }: { schema?: Schema<PipelineUpdateInput> }) {
    update = usePipelineForm<PipelineUpdateInput>(stored, schema);
    return `${update.issues.map(({ path, message }) => `${path.join(".")} ${message}`).join("; ") || "right"}${update.isChanged ? ", changed" : ""}`;
  }

  test("what is emptied is cleared, and what is as it was is not handed over", async () => {
    const { text } = mount(<Update />);
    await vi.waitFor(() => expect(text()).toBe("right"));
    expect(await update.submit((input) => input)).toEqual({});
    update.set("description", "");
    expect(await update.submit((input) => input)).toEqual({ description: null });
    update.set("steps.0.options.bulletCount", "6");
    update.set("description", "old");
    expect(await update.submit((input) => input)).toEqual({ steps: [{ ...STEP, options: { bulletCount: 6 } }] });
    update.set("steps.0.options.bulletCount", "5");
    await vi.waitFor(() => expect(text()).toBe("right"));
  });

  test("text for the same number is no change, and an empty text none for nothing", async () => {
    const { text } = mount(<Update />);
    await vi.waitFor(() => expect(text()).toBe("right"));
    update.set("steps.0.options.bulletCount", "5");
    update.set("defaultSource", "");
    update.set("schedule", { cron: "" });
    expect(await update.submit((input) => input)).toEqual({});
    expect(update.isChanged).toBe(false);
    update.set("schedule", { cron: "0 7 * * *" });
    await vi.waitFor(() => expect(text()).toBe("right, changed"));
    expect(await update.submit((input) => input)).toEqual({ schedule: { cron: "0 7 * * *" } });
  });

  test("what was stored and cannot be read is judged once it is changed", async () => {
    const { text, render } = mount(<Update />);
    await vi.waitFor(() => expect(text()).toBe("right"));
    update.reset({ ...stored, defaultSource: "ftp://old" });
    update.set("name", "y");
    await vi.waitFor(() => expect(text()).toBe("right, changed"));
    expect(await update.submit((input) => input)).toEqual({ name: "y" });
    update.set("defaultSource", "ftp://new");
    await vi.waitFor(() => expect(text()).toContain("defaultSource"));
    // Made anew, all of it counts.
    update.set("defaultSource", "ftp://old");
    await vi.waitFor(() => expect(text()).toBe("right, changed"));
    render(<Update schema={createInputSchema} />);
    await vi.waitFor(() => expect(text()).toContain("defaultSource"));
    expect(await update.submit((input) => input)).toBeUndefined();
    update.set("defaultSource", "");
    expect(await update.submit((input) => input)).toEqual({ ...stored, name: "y" });
  });

  test("filled anew after a submission, it keeps what was typed meanwhile", async () => {
    const { text } = mount(<Update />);
    await vi.waitFor(() => expect(text()).toBe("right"));
    update.set("name", " y ");
    await vi.waitFor(() => expect(text()).toBe("right, changed"));
    const submitted = update.values;
    update.reset({ ...stored, name: "y" }, submitted);
    await vi.waitFor(() => expect(text()).toBe("right"));
    expect(update.values.name).toBe("y");

    const again = update.values;
    update.set("description", "new");
    update.reset({ ...stored, name: "z" }, again);
    await vi.waitFor(() => expect(update.values.description).toBe("new"));
    expect(await update.submit((input) => input)).toEqual({ name: "y", description: "new" });
  });
});

test("types know the fields and what they hold", async () => {
  const { text } = mount(<Create />);
  await vi.waitFor(() => expect(text()).toContain("name"));
  expect(form.values).toEqual({ name: "", steps: [] });
  const index = 0 as number;
  expectTypeOf(form.submit((input) => input.steps.length)).toEqualTypeOf<Promise<number | undefined>>();
  expectTypeOf(usePipelineForm<PipelineUpdateInput>).returns.toEqualTypeOf<PipelineForm<PipelineUpdateInput>>();
  const typed = () => {
    form.set(`steps.${index}.options.bulletCount`, "5");
    form.set(`steps.${index}.kind`, "clean");
    form.set("schedule.enabled", true);
    // @ts-expect-error -- "nmae" is no field
    form.set("nmae", "x");
    // @ts-expect-error -- "bulletcount" is no option
    form.set("steps.0.options.bulletcount", "5");
    form.set("steps", (steps) => steps.toReversed());
    // @ts-expect-error -- a name is text
    form.set("name", 5);
    // @ts-expect-error -- and so is what is made of it
    form.set("name", (name) => name.length);
    // @ts-expect-error -- no such kind of step
    form.set("steps.0.kind", "sumarise");
    // @ts-expect-error -- "nmae" is no field
    form.issueAt("nmae");
    // @ts-expect-error -- "nmae" is no field
    usePipelineForm({ nmae: "x" });
    usePipelineForm({ name: "x" }, createInputSchema);
  };
  expectTypeOf(typed).returns.toBeVoid(); // the compiler has looked at it; a hook outside a component does not run
});
