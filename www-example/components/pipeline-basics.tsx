"use client";

import type { Issue } from "convex-pipelines";
import { memo } from "react";
import { limits } from "@/lib/asked";
import { haveSame, isAt, labelOf } from "@/lib/issues";
import { TextArea, TextField } from "./fields";
import type { Change } from "./use-editing";

interface PipelineBasicsProps {
  name: string;
  description: string;
  defaultSource: string;
  issues: readonly Issue[];
  change: Change;
}

/** What a pipeline is called, what it is for, and where its text comes from. */
export const PipelineBasics = memo(function PipelineBasics({ issues, change, ...values }: PipelineBasicsProps) {
  const at = (field: keyof typeof values) => ({
    path: [field],
    label: labelOf([field], {}),
    value: values[field],
    issues: issues.filter((issue) => isAt(issue, [field])),
    limit: limits().characters.get(field),
    onChange: (value: string) => change(field, value),
  });
  return (
    <>
      <TextField {...at("name")} />
      <TextArea optional {...at("description")} />
      <TextField
        optional
        inputMode="url"
        placeholder="https://"
        hint="Where the text comes from when a run brings none"
        {...at("defaultSource")}
      />
    </>
  );
}, haveSame);
