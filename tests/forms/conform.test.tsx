// @vitest-environment happy-dom
/** Conform knows text alone: a form that React renders, and the FormData that a server is sent. */
import { parseSubmission, report, useForm } from "@conform-to/react/future";
import { createInputSchema, fromForm, type PipelineCreateInput, type SummariseStep } from "convex-pipelines";
import { describe, expect, test, vi } from "vitest";
import { refusedAndMended, submit, tick } from "../support/page.js";

const schema = fromForm(createInputSchema);

test("in the browser: an error on its field, then a submission", async () => {
  const submitted = vi.fn<(input: PipelineCreateInput) => void>();
  function Form() {
    const { form, fields } = useForm(schema, {
      defaultValue: { name: " Morning news ", description: "", steps: [{ id: "a", kind: "summarise", options: { bulletCount: "99" } }, { id: "b", kind: "clean" }] },
      onSubmit: (event, { value }) => {
        event.preventDefault();
        submitted(value);
      },
    });
    // @ts-expect-error -- "nmae" is no field
    expect(fields.nmae).toBeDefined();
    return (
      <form {...form.props}>
        <input name={fields.name.name} defaultValue={fields.name.defaultValue} />
        <input name={fields.description.name} defaultValue={fields.description.defaultValue} />
        {fields.steps.getFieldList().map((field) => {
          const step = field.getFieldset();
          const options = step.options.getFieldset<SummariseStep["options"]>();
          // @ts-expect-error -- "bulletcount" is no option
          expect(options.bulletcount).toBeDefined();
          return (
            <fieldset key={field.key}>
              <input name={step.id.name} defaultValue={step.id.defaultValue} />
              <input name={step.kind.name} defaultValue={step.kind.defaultValue} />
              {step.kind.defaultValue === "summarise" ? (
                <>
                  <input name={options.bulletCount.name} defaultValue={options.bulletCount.defaultValue} />
                  <input name={options.includeKeywords.name} type="checkbox" />
                  <p role="alert">{options.bulletCount.errors?.join()}</p>
                </>
              ) : (
                <input name={`${step.options.name}.stripBullets`} type="checkbox" />
              )}
            </fieldset>
          );
        })}
        <button>Save</button>
      </form>
    );
  }
  await refusedAndMended(<Form />, "steps[0].options.bulletCount", submitted);
  await tick("steps[0].options.includeKeywords");
  await submit();
  const steps = [
    { id: "a", kind: "summarise", options: { bulletCount: 5, includeKeywords: true } },
    { id: "b", kind: "clean", options: {} },
  ];
  expect(submitted.mock.calls).toEqual([[{ name: "Morning news", steps }]]);
});

describe("on the server", () => {
  const sent = (bulletCount: string): FormData => {
    const data = new FormData();
    const fields = { name: "x", description: "", "steps[0].id": "a", "steps[0].kind": "summarise", "steps[0].options.bulletCount": bulletCount };
    for (const [name, text] of Object.entries(fields)) data.append(name, text);
    return data;
  };

  test("a submission has its errors by the names of its fields", () => {
    const submission = parseSubmission(sent("99"));
    const result = schema.safeParse(submission.payload);
    const issues = result.success ? [] : result.error.issues;
    expect(report(submission, { error: { issues } }).error?.fieldErrors).toEqual({ "steps[0].options.bulletCount": ["must be between 1 and 20"] });
  });

  test("one without errors is an input", () => {
    const expected = { name: "x", steps: [{ id: "a", kind: "summarise", options: { bulletCount: 5 } }] };
    expect(schema.parse(parseSubmission(sent("5")).payload)).toEqual(expected);
    expect(schema.parse(sent("5"))).toEqual(expected);
  });
});
