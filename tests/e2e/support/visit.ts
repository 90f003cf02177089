/** What most files of tests begin with. */
import { test, type Page } from "@playwright/test";
import { App } from "./app.js";
import { Profile } from "./browser.js";

/** An app, and somebody who has just come to it. */
export interface Visit {
  app: App;
  profile: Profile;
  page: Page;
}

/** Gives all tests of a file one app with a JSON file, and each of them a browser of its own, on the first page. */
export function visitEach(arrive: (visit: Visit) => void): void {
  let app: App;
  let profile: Profile;
  test.beforeAll(async () => {
    app = await App.start("file");
  });
  test.afterAll(() => app.stop());
  test.beforeEach(async () => {
    profile = new Profile();
    arrive({ app, profile, page: await profile.open(app.url) });
  });
  test.afterEach(() => profile.remove());
}
