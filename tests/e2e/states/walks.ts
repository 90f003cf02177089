/** All ways through the app that come to its states. */
import * as account from "./account.js";
import * as editor from "./editor.js";
import * as list from "./list.js";
import type { Walk } from "./stage.js";

export const walks: readonly Walk[] = [
  { name: "the list", store: "file", walk: list.list },
  { name: "a list of several pages", store: "file", walk: list.pages },
  { name: "a list that is loading", store: "file", walk: list.loading },
  { name: "what cannot be loaded or found", store: "file", walk: list.failures },
  { name: "runs that nobody works on", store: "file", walk: list.overdue },
  { name: "creating, rotating and editing", store: "file", walk: editor.create },
  { name: "a schedule across a clock change", store: "file", options: { timezoneId: "America/New_York" }, walk: editor.schedule },
  { name: "what is changed and deleted elsewhere", store: "file", walk: editor.elsewhere },
  { name: "what a newer version has saved", store: "file", walk: editor.unreadable },
  { name: "what can be saved nowhere", store: "file", walk: editor.notSaved },
  { name: "runs", store: "file", walk: account.runs },
  { name: "changes that wait and that need somebody", store: "file", walk: account.changes },
  { name: "data that is lost", store: "file", walk: account.lost },
  { name: "settings and what the header opens", store: "file", walk: account.settings },
  { name: "the browser alone", store: "none", walk: account.alone },
];
