import { existsSync, lutimesSync, mkdirSync, readFileSync, readdirSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { JsonFilePipelineRepository } from "convex-pipelines/node";
import { describe, expect, test } from "vitest";
import { freshPlace, pause, run } from "./json-file";
import { INPUT, refusal } from "./suite";

const place = freshPlace();

const TOKEN = "6f1f7c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f";
const owner = { token: TOKEN, pid: 4_000_000, home: "a machine that is gone" };
const HOUR = 3_600;

/** The machine as a lock names it. */
const ourHome = (): string =>
  [hostname(), readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim(), readlinkSync("/proc/self/ns/pid")].join(" ");

/** What may stand where the lock belongs; each is made at `lock`, and may use what stands beside it. */
const LEFT_BEHIND: Record<string, (lock: string) => void> = {
  "of a machine that is gone": (lock) => writeFileSync(lock, JSON.stringify(owner)),
  "of a process that does something else": (lock) =>
    writeFileSync(lock, JSON.stringify({ ...owner, pid: process.pid, home: ourHome() })),
  "from the future": (lock) => {
    writeFileSync(lock, JSON.stringify(owner));
    lutimesSync(lock, Date.now() / 1_000 + HOUR, Date.now() / 1_000 + HOUR);
  },
  "that is old": (lock) => {
    writeFileSync(lock, JSON.stringify(owner));
    lutimesSync(lock, Date.now() / 1_000 - HOUR, Date.now() / 1_000 - HOUR);
  },
  "whose token is a path": (lock) => writeFileSync(lock, JSON.stringify({ ...owner, token: "/../../elsewhere" })),
  "whose token is a path, and old": (lock) => {
    writeFileSync(lock, JSON.stringify({ ...owner, token: "/../../elsewhere" }));
    lutimesSync(lock, Date.now() / 1_000 - HOUR, Date.now() / 1_000 - HOUR);
  },
  "that is empty": (lock) => writeFileSync(lock, ""),
  "that is null": (lock) => writeFileSync(lock, "null"),
  "that is a list": (lock) => writeFileSync(lock, "[[]]"),
  "that is a number": (lock) => writeFileSync(lock, "7"),
  "of no process": (lock) => writeFileSync(lock, JSON.stringify({ ...owner, pid: -1 })),
  "that is binary": (lock) => writeFileSync(lock, Buffer.from([0xff, 0, 0xfe])),
  "that is huge": (lock) => writeFileSync(lock, Buffer.alloc(64 * 1024 * 1024)),
  "that is a folder": (lock) => mkdirSync(lock),
  "that is a link to a file elsewhere": (lock) => symlinkSync("../../elsewhere.tmp", lock),
  "that is a link to an endless file": (lock) => symlinkSync("/dev/zero", lock),
  "that is a link to nothing": (lock) => symlinkSync("nothing", lock),
  "with the guard of one who took it over": (lock) => {
    writeFileSync(lock, JSON.stringify(owner));
    writeFileSync(`${lock}.takeover`, JSON.stringify({ ...owner, token: "/../../elsewhere" }));
  },
  "with a folder in the guard's place": (lock) => {
    writeFileSync(lock, JSON.stringify(owner));
    mkdirSync(`${lock}.takeover`);
  },
};

describe("a lock", () => {
  test("that nobody holds is taken over within five seconds, and nothing elsewhere is touched", async () => {
    const victim = join(place.folder, "elsewhere.tmp");
    writeFileSync(victim, "mine");
    const outcomes = Object.entries(LEFT_BEHIND).map(async ([what, leave], index) => {
      const folder = join(place.folder, String(index), "inner");
      mkdirSync(folder, { recursive: true });
      leave(join(folder, "pipelines.json.lock"));
      const start = performance.now();
      const thrown = await new JsonFilePipelineRepository(join(folder, "pipelines.json")).create(INPUT).then(
        () => undefined,
        (reason: unknown) => String(reason),
      );
      return { what, thrown, isLate: performance.now() - start > 5_000, left: readdirSync(folder) };
    });
    for (const outcome of await Promise.all(outcomes)) {
      expect(outcome).toEqual({ what: outcome.what, thrown: undefined, isLate: false, left: ["pipelines.json"] });
    }
    expect(readFileSync(victim, "utf8")).toBe("mine");
  }, 60_000);

  test("of a dead owner goes to one of many who wait for it, and the others follow", async () => {
    writeFileSync(`${place.path}.lock`, JSON.stringify(owner));
    const input = JSON.stringify(INPUT);
    const scripts = [1, 2, 3, 4].map(() =>
      run(place.path, `const repository = Repository(); for (let turn = 0; turn < 10; turn++) await repository.create(${input});`),
    );
    expect(await Promise.all(scripts.map(({ ended }) => ended))).toEqual([0, 0, 0, 0]);
    expect(place.stored().pipelines).toHaveLength(40);
    expect(readdirSync(place.folder)).toEqual(["pipelines.json"]);
  }, 60_000);

  test("of a dead owner brings away every draft, also of those that died while they took it over", async () => {
    const draft = (token: string) => `.pipelines.json.${token}.tmp`;
    const ours = [draft(crypto.randomUUID()), draft(crypto.randomUUID())];
    const theirs = [".other.json.1bbaa1b0-24c2-4bd8-b6eb-713bdf9fb572.tmp", ".pipelines.json.notes.tmp"];
    for (const name of [...ours, ...theirs]) writeFileSync(join(place.folder, name), "{}");
    writeFileSync(`${place.path}.lock`, JSON.stringify(owner));
    await new JsonFilePipelineRepository(place.path).create(INPUT);
    expect(readdirSync(place.folder).sort()).toEqual([...theirs, "pipelines.json"].sort());
  });

  test("that is a folder with something in it is named and left", async () => {
    mkdirSync(join(`${place.path}.lock`, "theirs"), { recursive: true });
    const { message } = await refusal(new JsonFilePipelineRepository(place.path).create(INPUT), "storage");
    expect(message).toContain(`${place.path}.lock is in the way`);
    expect(existsSync(join(`${place.path}.lock`, "theirs"))).toBe(true);
    expect(readdirSync(place.folder)).toEqual(["pipelines.json.lock"]);
  });

  test("of a dead waiter's is skipped, and what it left is cleared away", async () => {
    const dead = run(place.path, "");
    await dead.ended;
    const name = join(place.folder, `.pipelines.json.lock.1.${TOKEN}`);
    const holder = run(place.path, "for (;;) await Repository().create({ name: 'x', steps: [{ id: 'a', kind: 'clean', options: {} }] });");
    await expect.poll(() => existsSync(place.path), { timeout: 5_000 }).toBe(true);
    writeFileSync(name, JSON.stringify({ ...owner, pid: dead.pid, home: ourHome() }));
    const start = performance.now();
    await new JsonFilePipelineRepository(place.path).create(INPUT);
    expect(performance.now() - start).toBeLessThan(1_000);
    await expect.poll(() => existsSync(name)).toBe(false);
    holder.kill("SIGKILL");
    await holder.ended;
  });

  test("whose owner sleeps is lost to it, and it writes nothing over what came meanwhile", async () => {
    const body = `
      const repository = Repository();
      for (let turn = 0; ; turn++) {
        const { id } = await repository.create({ name: "n", steps: [{ id: "a", kind: "clean", options: {} }] });
        process.stdout.write(id + "\\n");
        if (Date.now() > ${String(Date.now() + 8_000)}) break;
      }`;
    const [sleeper, other] = [run(place.path, body), run(place.path, body)];
    await expect.poll(() => Math.min(sleeper.lines.length, other.lines.length), { timeout: 10_000 }).toBeGreaterThan(0);
    sleeper.kill("SIGSTOP");
    await pause(4_000);
    const before = other.lines.length;
    await pause(300);
    expect(other.lines.length).toBeGreaterThan(before);
    sleeper.kill("SIGCONT");
    expect(await Promise.all([sleeper.ended, other.ended])).toEqual([0, 0]);
    const ids = new Set(place.stored().pipelines.map(({ id }) => id));
    expect([...sleeper.lines, ...other.lines].filter((id) => !ids.has(id))).toEqual([]);
    expect(ids.size).toBe(sleeper.lines.length + other.lines.length);
    expect(readdirSync(place.folder)).toEqual(["pipelines.json"]);
  }, 60_000);
});
