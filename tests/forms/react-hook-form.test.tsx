// @vitest-environment happy-dom
/** React Hook Form takes the schemas as they are, and a form of text by `fromForm`. */
import { standardSchemaResolver } from "@hookform/resolvers/standard-schema";
import { createInputSchema, fromForm, type PipelineCreateInput } from "convex-pipelines";
import { useForm } from "react-hook-form";
import { expect, test, vi } from "vitest";
import { alert, refusedAndMended, submit, tick } from "../support/page.js";

const STEP = { id: "a", kind: "summarise" } as const;

test("numbers of its own: an error on its field, then a submission", async () => {
  const submitted = vi.fn<(input: PipelineCreateInput) => void>();
  function Form() {
    const { register, handleSubmit, formState } = useForm({
      resolver: standardSchemaResolver(createInputSchema),
      defaultValues: { name: " Morning news ", steps: [{ ...STEP, options: { bulletCount: 99 } }] },
    });
    const error = formState.errors.steps?.[0]?.options;
    // @ts-expect-error -- "nmae" is no field
    register("nmae");
    // @ts-expect-error -- "bulletcount" is no option
    register("steps.0.options.bulletcount");
    return (
      <form onSubmit={(event) => void handleSubmit((input) => submitted(input))(event)}>
        <input {...register("name")} />
        <input {...register("steps.0.options.bulletCount", { valueAsNumber: true })} />
        <p role="alert">{error !== undefined && "bulletCount" in error ? error.bulletCount.message : ""}</p>
        <button>Save</button>
      </form>
    );
  }
  await refusedAndMended(<Form />, "steps.0.options.bulletCount", submitted);
  await submit();
  expect(alert()).toBe("");
  expect(submitted.mock.calls).toEqual([[{ name: "Morning news", steps: [{ ...STEP, options: { bulletCount: 5 } }] }]]);
});

test("text alone: what is untouched and optional is absent", async () => {
  const submitted = vi.fn<(input: PipelineCreateInput) => void>();
  function Form() {
    const { register, handleSubmit, formState } = useForm({
      resolver: standardSchemaResolver(fromForm(createInputSchema)),
      defaultValues: { name: "x", description: "", steps: [{ ...STEP, options: { bulletCount: "99" } }], schedule: { cron: "" } },
    });
    const error = formState.errors.steps?.[0]?.options;
    return (
      <form onSubmit={(event) => void handleSubmit((input) => submitted(input))(event)}>
        <input {...register("name")} />
        <input {...register("description")} />
        <input {...register("steps.0.options.bulletCount")} />
        <input type="checkbox" {...register("steps.0.options.includeKeywords")} />
        <input {...register("schedule.cron")} />
        <p role="alert">{error !== undefined && "bulletCount" in error ? error.bulletCount.message : ""}</p>
        <button>Save</button>
      </form>
    );
  }
  await refusedAndMended(<Form />, "steps.0.options.bulletCount", submitted);
  await tick("steps.0.options.includeKeywords");
  await submit();
  expect(submitted.mock.calls).toEqual([[{ name: "x", steps: [{ ...STEP, options: { bulletCount: 5, includeKeywords: true } }] }]]);
});
