/** A browser that is to be killed: its page works on a device's repository, and reports what it finds and what it is promised. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch } from "./chromium.js";
import { Loopback, bodyOf, sendFile } from "./loopback.js";
import { bundle } from "./tabs.js";
import { unpack } from "./unpack.js";

/** What a page has found when it opened its repository. */
export interface State {
  /** The number of the page. */
  run: number;
  status: { mode: string; durable: boolean; damaged: string[]; lost?: string; reason?: string };
  /** By the repository: names by id. */
  listed: Record<string, string>;
  /** By the database itself: the name of each row by its id, and the last one that an operation gives; none where it was deleted. */
  rows: Record<string, string | null>;
  operations: Record<string, string | null>;
  version: number;
  /** What was promised before, and this page has not found. */
  lost: Change[];
  /** How long opening took, in milliseconds. */
  took: number;
}

/** A change that a page was told is durable, or that it is about to ask for. */
export interface Change extends Moment {
  id: string;
  /** Nothing where the pipeline was deleted. */
  name?: string;
}

/** When a page asked for a change: pages follow one another, and each asks for one change after the other. */
interface Moment {
  run: number;
  turn: number;
}

const PAGE = `<!doctype html><meta charset="utf-8"><script src="/package.js"></script><script>
const { ConvexPipelineRepository, FallbackPipelineRepository, IndexedDbPipelineRepository } = pipelines;
// What a page has been promised is to arrive although it ends: a browser takes 64 kB for that, and a state may be longer.
const post = (path, body, keepalive = true) => fetch(path, { method: "POST", body: JSON.stringify(body), keepalive });
const unpack = ${unpack.toString()};
const nameOf = (document) => { try { return document && unpack(document).name; } catch { return "cannot be read"; } };
const all = (request) => new Promise((done, failed) => { request.onsuccess = () => done(request.result); request.onerror = () => failed(request.error); });
(async () => {
  const started = performance.now();
  const local = await IndexedDbPipelineRepository.open();
  const remote = new ConvexPipelineRepository({ baseUrl: location.origin + "/away" });
  const repository = new FallbackPipelineRepository({ remote, local, patienceMs: 0 });
  await local.outbox.status({});
  const listed = Object.fromEntries((await local.list()).map(({ id, name }) => [id, name]));
  const took = performance.now() - started;
  const rows = {}, operations = {};
  let version = 0;
  if (local.status.mode === "indexeddb") {
    const database = await all(indexedDB.open("convex-pipelines"));
    const read = (store) => all(database.transaction(store).objectStore(store).getAll());
    for (const row of await read("rows")) rows[row.id] = nameOf(row.document);
    const waiting = (await read("outbox")).filter((row) => row.kind !== undefined);
    for (const { pipelineId, arguments: { input } } of waiting.sort((a, b) => a.seq - b.seq)) {
      operations[pipelineId] = input?.name ?? null;
    }
    version = database.version;
    database.close();
  }
  const run = Number(location.search.slice(1));
  await post("/state", { run, status: local.status, listed, rows, operations, version, took }, false);
  const ids = Object.keys(listed);
  let state = run;
  const random = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
  const steps = [{ id: "s", kind: "clean", options: {} }];
  for (let turn = 0; ; turn++) {
    const name = run + "-" + turn;
    // What is said not to be durable is no promise.
    const promise = (change) => local.status.durable && post("/promise", { run, turn, ...change });
    const pick = ids[Math.floor(random() * ids.length)];
    const roll = random();
    try {
      if (pick === undefined || roll < 0.4) {
        const { id } = await repository.create({ name, steps });
        ids.push(id);
        promise({ id, name });
      } else if (roll < 0.8) {
        await repository.update(pick, { name });
        promise({ id: pick, name });
      } else {
        await post("/intent", { run, turn, id: pick });
        await repository.delete(pick);
        ids.splice(ids.indexOf(pick), 1);
        promise({ id: pick });
      }
    } catch (thrown) {
      post("/failure", { message: String(thrown) });
      return;
    }
  }
})().catch((thrown) => post("/failure", { message: String(thrown && thrown.stack) }));
</script>`;

export class DoomedBrowser {
  readonly folder = mkdtempSync(join(tmpdir(), "pipelines-doomed-"));
  readonly profile = join(this.folder, "profile");
  /** In no order: each travels on a connection of its own, and may arrive after those of the next page. */
  readonly promises: Change[] = [];
  /** Deletions that a page was about to ask for: nobody need have heard that they were made. */
  readonly intents: Change[] = [];
  /** As what each pipeline was found last, and by which page. */
  readonly found = new Map<string, { name: string; by: number }>();
  readonly failures: string[] = [];
  #server!: Loopback;
  /** What the browser is started with besides. */
  readonly environment: Record<string, string> = {};
  #onState: ((state: State) => void) | undefined;
  #onPromise: (() => void) | undefined;
  #browser: ChildProcess | undefined;
  #runs = 0;

  static async start(): Promise<DoomedBrowser> {
    const files = { "/": PAGE, "/package.js": await bundle() };
    const browser = new DoomedBrowser();
    browser.#server = await Loopback.start((request, response) => {
      if (sendFile(files, request, response)) return;
      if (request.method !== "POST") return void response.writeHead(404).end();
      const path = request.url ?? "";
      const isAway = path.startsWith("/away");
      void bodyOf(request).then((body) => {
        response.writeHead(isAway ? 503 : 204).end();
        if (!isAway) browser.#take(path, JSON.parse(body.toString()));
      });
    });
    return browser;
  }

  get site(): string {
    return this.#server.url;
  }

  /** Starts the browser on its profile; resolves to what its page finds. */
  async open(limitMs = 30_000): Promise<State> {
    const found = this.nextState(limitMs);
    this.#runs += 1;
    const own = ["--headless", "--remote-debugging-port=0", `--user-data-dir=${this.profile}`];
    this.#browser = spawn(launch.executablePath, [...launch.args, ...own, `${this.site}/?${String(this.#runs)}`], {
      // Ends when the last process that holds it has: what was started may be a script around the browser.
      stdio: ["ignore", "pipe", "ignore"],
      env: { ...process.env, ...this.environment },
      detached: true, // a group of its own, so that all of it can be killed
    });
    this.#browser.stdout?.resume();
    return found;
  }

  nextState(limitMs = 30_000): Promise<State> {
    return new Promise((done, failed) => {
      const timer = setTimeout(() => {
        failed(new Error(`no page has opened its repository in ${String(limitMs)} ms: ${this.failures.join("; ")}`));
      }, limitMs);
      this.#onState = (state) => {
        clearTimeout(timer);
        done(state);
      };
    });
  }

  /** Until the page is promised something. */
  nextPromise(): Promise<void> {
    return new Promise((done) => (this.#onPromise = done));
  }

  /** At once, or asked to end. */
  async kill(signal: "SIGKILL" | "SIGTERM" = "SIGKILL"): Promise<void> {
    const browser = this.#browser;
    if (browser?.pid === undefined) return;
    const ended = new Promise((done) => browser.once("close", done));
    process.kill(-browser.pid, signal);
    await ended;
    this.#browser = undefined;
  }

  async stop(): Promise<void> {
    await this.kill();
    this.#server.stop();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Judged at once: the page goes on, and what it is promised next is not in its state. */
  #find(state: Omit<State, "lost">): void {
    const lost = missing(state, this);
    for (const [id, name] of Object.entries(state.listed)) this.found.set(id, { name, by: state.run });
    this.#onState?.({ ...state, lost });
  }

  #take(path: string, body: unknown): void {
    if (path === "/state") this.#find(body as State);
    else if (path === "/promise") {
      this.promises.push(body as Change);
      this.#onPromise?.();
    } else if (path === "/intent") this.intents.push(body as Change);
    else this.failures.push((body as { message: string }).message);
  }
}

/**
 * What was promised and is not there: each change, or a later one of the same pipeline that nobody has heard of. What a page
 * has found is promised to the next. Of several promises the one that was asked for last counts, whenever it arrived; a
 * missing pipeline is no loss where its deletion was asked for after that, by a page that nobody has found it behind.
 */
function missing(state: Omit<State, "lost">, { promises, intents, found }: DoomedBrowser): Change[] {
  const last = new Map<string, Change>();
  const standing = [...found].map(([id, { name }]) => ({ id, name, ...momentOf(name) }));
  for (const promise of [...promises, ...standing]) {
    const known = last.get(promise.id);
    if (known === undefined || isAfter(promise, known)) last.set(promise.id, promise);
  }
  return [...last.values()].filter((promise) => {
    const name = state.listed[promise.id];
    if (promise.name === undefined) return name !== undefined;
    if (name !== undefined) return isAfter(promise, momentOf(name));
    const by = found.get(promise.id)?.by ?? 0;
    return !intents.some((intent) => intent.id === promise.id && intent.run >= by && isAfter(intent, promise));
  });
}

/** The pipelines whose document stands without its operation, or the reverse, or is not what the last operation makes of it. */
export function torn({ rows, operations }: State): { id: string; row: unknown; operation: unknown }[] {
  const ids = [...new Set([...Object.keys(rows), ...Object.keys(operations)])];
  const each = ids.map((id) => ({ id, row: rows[id], operation: operations[id] }));
  return each.filter(({ row, operation }) => row === undefined || operation === undefined || row !== operation);
}

/** Names say when they were given. */
function momentOf(name: string): Moment {
  const [run = 0, turn = 0] = name.split("-").map(Number);
  return { run, turn };
}

function isAfter(one: Moment, other: Moment): boolean {
  return one.run > other.run || (one.run === other.run && one.turn > other.turn);
}
