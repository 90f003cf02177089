// @vitest-environment node
/** What Convex's own command line makes of the example. Its bundle is one of the homes in `packaging/`. */
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { App, CONVEX, files } from "./deployment";

let app: App;
beforeAll(() => {
  app = new App();
});
afterAll(() => {
  app.remove();
});

test("the committed _generated/ is what codegen writes", { timeout: 60_000 }, () => {
  app.codegen();
  expect(files(join(app.convex, "_generated"))).toEqual(files(join(CONVEX, "_generated")));
});
