// @vitest-environment happy-dom
/** TanStack Form takes the schemas as they are, and a form of text by `fromForm`. */
import { useForm } from "@tanstack/react-form";
import { createInputSchema, fromForm, type FormValues, type PipelineCreateInput } from "convex-pipelines";
import { expect, test, vi } from "vitest";
import { alert, refusedAndMended, submit } from "../support/page.js";

const STEP = { id: "a", kind: "summarise" } as const;

test("numbers of its own: an error on its field, then a submission", async () => {
  const submitted = vi.fn<(input: PipelineCreateInput) => void>();
  function Form() {
    const defaultValues: PipelineCreateInput = { name: "Morning news", steps: [{ ...STEP, options: { bulletCount: 99 } }] };
    const form = useForm({
      defaultValues,
      validators: { onChange: createInputSchema },
      onSubmit: ({ value }) => submitted(value),
    });
    // @ts-expect-error -- "nmae" is no field
    void form.getFieldValue("nmae");
    // @ts-expect-error -- "bulletcount" is no option
    void form.getFieldValue("steps[0].options.bulletcount");
    return (
      <form onSubmit={(event) => { event.preventDefault(); void form.handleSubmit(); }}>
        <form.Field name="steps[0].options.bulletCount">
          {(field) => (
            <>
              <input name={field.name} value={field.state.value} onChange={(event) => field.handleChange(Number(event.target.value))} />
              <p role="alert">{field.state.meta.errors.map((issue) => issue?.message).join()}</p>
            </>
          )}
        </form.Field>
        <button>Save</button>
      </form>
    );
  }
  await refusedAndMended(<Form />, "steps[0].options.bulletCount", submitted);
  await submit();
  expect(alert()).toBe("");
  expect(submitted.mock.calls).toEqual([[{ name: "Morning news", steps: [{ ...STEP, options: { bulletCount: 5 } }] }]]);
});

test("text alone, and what is submitted is read by the same schema", async () => {
  const submitted = vi.fn<(input: PipelineCreateInput) => void>();
  const schema = fromForm(createInputSchema);
  function Form() {
    const defaultValues: FormValues<PipelineCreateInput> = {
      name: "x",
      description: "",
      steps: [{ ...STEP, options: { bulletCount: "99" } }],
    };
    const form = useForm({
      defaultValues,
      validators: { onSubmit: schema },
      onSubmit: ({ value }) => submitted(schema.parse(value)),
    });
    return (
      <form onSubmit={(event) => { event.preventDefault(); void form.handleSubmit(); }}>
        <form.Field name="steps[0].options.bulletCount">
          {(field) => (
            <>
              <input name={field.name} value={field.state.value} onChange={(event) => field.handleChange(event.target.value)} />
              <p role="alert">{field.state.meta.errors.map((issue) => issue?.message).join()}</p>
            </>
          )}
        </form.Field>
        <button>Save</button>
      </form>
    );
  }
  await refusedAndMended(<Form />, "steps[0].options.bulletCount", submitted);
  await submit();
  expect(submitted.mock.calls).toEqual([[{ name: "x", steps: [{ ...STEP, options: { bulletCount: 5 } }] }]]);
});
