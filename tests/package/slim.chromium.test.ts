/** The slim entry in a page: the module is a file that streams, and a page's other imports use the same core. */
import * as slim from "convex-pipelines/slim";
import url from "convex-pipelines/pipelines.wasm?url";
import { expect, test, vi } from "vitest";

// One page has one core: these tests are a story.
test("before init, a call says what to do", () => {
  expect(() => slim.explicitCron({ cron: "@daily" })).toThrow(/first call init of "convex-pipelines\/slim" with the module/);
});

test("a file that is not there, or is something else, is said", async () => {
  await expect(slim.init(fetch("/nothing.wasm?url"))).rejects.toMatchObject({ name: "PipelineError" });
  await expect(slim.init(fetch("http://127.0.0.1:1/"))).rejects.toMatchObject({ code: "unavailable", retryable: true });
  expect(() => slim.init(new Uint8Array(8))).toThrow(/init was given/);
});

test("the module compiles while it loads", async () => {
  const compileStreaming = vi.spyOn(WebAssembly, "compileStreaming");
  await slim.init(fetch(url));
  expect(compileStreaming).toHaveBeenCalledOnce();
  expect(slim.explicitCron({ cron: "@daily" })).toBe("0 0 * * *");
});

test("the root entry has the same core, and compiles none", async () => {
  const compiled = vi.spyOn(WebAssembly, "Module");
  const root = await import("convex-pipelines");
  expect(root.explicitCron({ cron: "@weekly" })).toBe("0 0 * * 0");
  expect(root.InMemoryPipelineRepository).toBe(slim.InMemoryPipelineRepository);
  expect(compiled).not.toHaveBeenCalled();
});
