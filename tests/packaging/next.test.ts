/** Next with both of its bundlers, really built and asked. */
import { expect } from "vitest";
import { ADDRESS, Command, asksNext } from "./support/next";

asksNext("Next", async (home, flags) => {
  const build = new Command(home, "build", ...flags);
  expect(await build.ended, build.log).toBe(0);
  return new Command(home, "start", ...ADDRESS);
});
