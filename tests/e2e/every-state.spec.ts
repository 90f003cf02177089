/** Every state of every page, for everybody: at each width, in both themes. `cargo xtask screenshots` takes the same walks. */
import { test } from "@playwright/test";
import { Theatre } from "./states/stage.js";
import { walks } from "./states/walks.js";
import { lookEverywhere } from "./support/look.js";

test.describe.configure({ mode: "parallel" });
let theatre: Theatre;
test.beforeAll(async () => {
  theatre = await Theatre.open();
});
test.afterAll(() => theatre.close());

for (const walk of walks) {
  test(`axe finds nothing, and nothing is cut off: ${walk.name}`, async ({ browser }) => {
    test.setTimeout(150_000);
    await theatre.take(walk, browser, (page, state) => test.step(state, () => lookEverywhere(page)));
  });
}
