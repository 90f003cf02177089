/** The app's routes, as somebody with a cookie of their own and little respect sees them. */
import { createServer, request, type IncomingHttpHeaders, type Server } from "node:http";
import { expect } from "@playwright/test";
import { Sender, type StampedAnswer } from "../support/stamped.js";
import { App } from "./support/app.js";
import { test } from "./support/browser.js";
import { Visitor } from "./support/visitor.js";

const input = { name: "Mine", steps: [{ id: "a", kind: "clean", options: {} }] };

test.describe("with a JSON file", () => {
  let app: App;
  test.beforeAll(async () => {
    app = await App.start("file");
  });
  test.afterAll(async () => {
    await app.stop();
  });

  test("each visitor has an account, and no arguments lead out of it", async () => {
    const [ann, ben] = [await Visitor.of(app), await Visitor.of(app)];
    expect(ann.cookie).not.toBe(ben.cookie);
    const created = await ann.ask("create", { input });
    expect(created.status).toBe(200);
    const mine = created.body.result as { id: string; accountId: string; webhookSecret: string };
    expect((await ann.ask("list", {})).body.result).toHaveLength(1);
    expect((await ben.ask("list", {})).body.result).toHaveLength(0);
    expect((await ben.ask("list", { accountId: mine.accountId })).body.result).toHaveLength(0);
    expect((await ben.ask("get", { id: mine.id, accountId: mine.accountId })).body.result).toBeNull();
    expect((await ben.ask("findByWebhookSecret", { secret: mine.webhookSecret })).body.result).toBeNull();
    expect((await ann.ask("findByWebhookSecret", { secret: mine.webhookSecret })).body.result).toMatchObject({
      id: mine.id,
    });
    const [foreign, unknown] = [
      await ben.ask("update", { id: mine.id, input: { name: "Taken" }, accountId: mine.accountId }),
      await ben.ask("update", { id: crypto.randomUUID(), input: { name: "Taken" } }),
    ];
    expect(foreign.status).toBe(404);
    expect(foreign).toEqual(unknown);
    expect((await ben.ask("delete", { id: mine.id })).body.result).toBe(false);
    await ben.ask("recordRun", { id: mine.id, completedAt: "2026-11-23T00:00:00Z" });
    expect((await ann.ask("get", { id: mine.id })).body.result).toMatchObject({ name: "Mine" });
    expect((await ann.ask("get", { id: mine.id })).body.result).not.toHaveProperty("lastRunAt");
    expect((await ben.ask("create", { input, accountId: mine.accountId })).body.result).not.toMatchObject({
      accountId: mine.accountId,
    });
  });

  test("a creation that is repeated is not made twice", async () => {
    const ann = await Visitor.of(app);
    const args = { input, id: crypto.randomUUID(), secretDigest: "ab".repeat(32) };
    expect((await ann.ask("create", args)).body.result).not.toHaveProperty("webhookSecret");
    expect((await ann.ask("create", args)).status).toBe(409);
    expect((await (await Visitor.of(app)).ask("create", args)).status).toBe(409);
    expect((await ann.ask("list", {})).body.result).toHaveLength(1);
  });

  test("an operation of an outbox is settled once for each visitor, whatever they say of the account", async () => {
    const [ann, ben] = [await Visitor.of(app), await Visitor.of(app)];
    const [me, id] = [new Sender(), crypto.randomUUID()];
    const created = await me.next({ id, input, secretDigest: "cd".repeat(32) });
    const first = await ann.ask("create", created);
    expect((first.body as StampedAnswer).op).toEqual({ opId: created.op.opId, seq: 1, verdict: "ok" });
    expect(await ann.ask("create", { ...created, accountId: "somebody else" })).toEqual(first);
    expect((await ann.ask("list", {})).body.result).toHaveLength(1);
    const update = await me.next({ id, input: { name: "Renamed" } }, { name: "Mine" });
    expect((await ann.ask("update", update)).body).toMatchObject({ result: { name: "Renamed" }, op: { verdict: "ok" } });
    const foreign = await ben.ask("update", { ...update, op: { ...update.op, seq: 1 } });
    expect(foreign.body).toMatchObject({ op: { verdict: "gone" } });
    const early = await ann.ask("update", await me.at(9, { id, input: {} }));
    expect(early).toMatchObject({ status: 409, body: { op: { verdict: "out_of_order", expected: 3 } } });
    expect((await ann.ask("update", await me.at(3, { id, input: { name: "" } }))).body).toMatchObject({ op: { verdict: "rejected" } });
  });

  test("the wire answers as the contract says", async () => {
    const ann = await Visitor.of(app);
    const status = async (path: string, init: RequestInit) =>
      (await fetch(`${app.url}/api/pipelines/${path}`, init)).status;
    const headers = { Cookie: ann.cookie, "Content-Type": "application/json", "Sec-Fetch-Site": "same-origin" };
    for (const method of ["GET", "PUT", "PATCH", "DELETE"]) {
      const answer = await fetch(`${app.url}/api/pipelines/list`, { method, headers });
      expect(answer.status).toBe(405);
      expect(answer.headers.get("allow")).toBe("POST");
    }
    expect(await status("nothing", { method: "POST", headers, body: "{}" })).toBe(404);
    expect(
      await status("list", { method: "POST", headers: { ...headers, "Content-Type": "text/plain" }, body: "{}" }),
    ).toBe(415);
    expect(await status("list", { method: "POST", headers, body: "{" })).toBe(400);
    expect(await status("create", { method: "POST", headers, body: " ".repeat(1_100_000) })).toBe(413);
    const refused = await ann.ask("create", { input: { name: " ", steps: [], colour: 1 } });
    expect(refused.status).toBe(422);
    expect(refused.body.error).toMatchObject({
      code: "invalid",
      issues: [{ code: "empty" }, { code: "too_few" }, { code: "unknown_field" }],
    });
  });

  test("a stranger's request is refused before its body is read", async () => {
    const keys = Array.from({ length: 80_000 }, (_key, index) => `"k${index}":1`);
    const body = `{"input":{${keys.join(",")}}}`;
    const start = performance.now();
    const answers = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const headers = { "Content-Type": "application/json" };
        const answer = await fetch(`${app.url}/api/pipelines/create`, { method: "POST", headers, body });
        return [answer.status, (await answer.text()).length < 200];
      }),
    );
    expect(answers).toEqual(answers.map(() => [401, true]));
    expect(performance.now() - start).toBeLessThan(3_000);
  });

  test("a path that cannot be decoded names nothing, like any other unknown one", async () => {
    const post = async (path: string) => {
      const { port, hostname } = new URL(app.url);
      const options = { port, hostname, path, method: "POST", headers: { "Content-Type": "application/json" } };
      return new Promise<[number | undefined, string]>((done, failed) => {
        const sent = request(options, (response) => {
          let text = "";
          response.on("data", (bytes) => (text += String(bytes)));
          response.on("end", () => {
            done([response.statusCode, text]);
          });
        });
        sent.on("error", failed).end("{}");
      });
    };
    const unknown = await post("/api/hooks/wrong");
    expect(unknown).toEqual([404, '{"error":{"code":"not_found","message":"no such webhook"}}']);
    for (const path of ["%E0%A4%A", "%", "%ff", "a%2", "%00"]) expect(await post(`/api/hooks/${path}`)).toEqual(unknown);
    for (const path of ["%E0%A4%A", "list/%ff"]) expect((await post(`/api/pipelines/${path}`))[0]).toBe(401);
    for (const path of ["%E0%A4%A", "hooks/%E0/x", "nothing"]) {
      expect(await post(`/api/${path}`)).toEqual([404, expect.stringContaining('"code":"not_found"')]);
    }
  });

  test("a session cannot be made up, and other sites cannot use one", async () => {
    const ann = await Visitor.of(app);
    const [name, value = ""] = ann.cookie.split("=");
    for (const cookie of [
      "",
      `${name}=`,
      `${name}=${crypto.randomUUID()}.${value.split(".")[1]}`,
      `${name}=${value.split(".")[0]}`,
      `${name}=${value}x`,
    ]) {
      expect((await ann.ask("list", {}, { Cookie: cookie })).status).toBe(401);
    }
    expect((await ann.ask("list", {}, { "Sec-Fetch-Site": "cross-site" })).status).toBe(401);
    expect((await ann.ask("list", {}, { "Sec-Fetch-Site": "same-site" })).status).toBe(401);
    const old = await fetch(`${app.url}/api/pipelines/list`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Cookie: ann.cookie, Origin: "https://elsewhere.example" },
      body: "{}",
    });
    expect(old.status).toBe(401);
  });
});

test.describe("with Convex", () => {
  const token = "t".repeat(40);
  const calls: { path: string; headers: IncomingHttpHeaders; body: Record<string, unknown> }[] = [];
  let reply: (path: string, body: Record<string, unknown>) => { status?: number; body: string };
  let convex: Server;
  let app: App;

  test.beforeAll(async () => {
    convex = createServer((request, response) => {
      let text = "";
      request.on("data", (chunk) => (text += String(chunk)));
      request.on("end", () => {
        const path = request.url ?? "";
        const body = JSON.parse(text) as Record<string, unknown>;
        response.setHeader("Content-Type", "application/json");
        // The server's own worker looks for something to do.
        if (path === "/pipelines/claimRun") return response.end('{"result":null}');
        calls.push({ path, headers: request.headers, body });
        const { status = 200, body: answer } = reply(path, body);
        return response.writeHead(status).end(answer);
      });
    });
    await new Promise<void>((done) => convex.listen(0, "127.0.0.1", done));
    const address = convex.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    app = await App.start({ CONVEX_URL: `http://127.0.0.1:${address.port}`, PIPELINES_ADMIN_TOKEN: token });
  });
  test.beforeEach(() => {
    calls.length = 0;
  });
  test.afterAll(async () => {
    await app.stop();
    convex.close();
  });

  const stored = (accountId: string) => ({
    ...input,
    id: "0b9b6a3e-8a53-4a0e-9d0c-4e1f5f1f7a11",
    accountId,
    createdAt: "2026-11-23T00:00:00.000Z",
    updatedAt: "2026-11-23T00:00:00.000Z",
  });

  test("the token goes there, the account comes from the session, and lists go on", async () => {
    const ann = await Visitor.of(app);
    const next = JSON.stringify(["mine", "an id"]);
    reply = (_path, { cursor }) => ({
      body: JSON.stringify(cursor === undefined ? { result: [], cursor: next } : { result: [] }),
    });
    expect(await ann.ask("list", { accountId: "somebody else" })).toEqual({
      status: 200,
      body: { result: [], cursor: next },
    });
    expect((await ann.ask("list", { cursor: next })).body).toEqual({ result: [] });
    const [first, second] = calls;
    expect(first).toMatchObject({ path: "/pipelines/list", headers: { authorization: `Bearer ${token}` } });
    expect(first?.headers).not.toHaveProperty("cookie");
    expect(first?.body["accountId"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(second?.body["accountId"]).toBe(first?.body["accountId"]);
  });

  test("an operation of an outbox goes there as it came, and its echo comes back", async () => {
    const ann = await Visitor.of(app);
    const call = await new Sender().next({ id: crypto.randomUUID(), input: { name: "" } }, { name: "Mine" });
    const op = { opId: call.op.opId, seq: 1, verdict: "conflict" };
    const error = { code: "conflict", message: "the server has counted this client's operations otherwise" };
    for (const [status, answer] of [[200, { op }], [409, { error, op: { ...op, verdict: "client_fork" } }]] as const) {
      reply = () => ({ status, body: JSON.stringify(answer) });
      expect(await ann.ask("update", call)).toEqual({ status, body: answer });
      const { accountId, ...sent } = calls.at(-1)!.body;
      expect([sent, accountId]).toEqual([call, expect.stringMatching(/^[0-9a-f-]{36}$/)]);
    }
  });

  test("a secret finds one's own pipeline only", async () => {
    const ann = await Visitor.of(app);
    reply = () => ({ body: JSON.stringify({ result: [] }) });
    await ann.ask("list", {});
    const own = String(calls[0]?.body["accountId"]);
    reply = () => ({ body: JSON.stringify({ result: stored("somebody else") }) });
    expect((await ann.ask("findByWebhookSecret", { secret: "a-secret-of-some-length" })).body).toEqual({
      result: null,
    });
    reply = () => ({ body: JSON.stringify({ result: stored(own) }) });
    expect((await ann.ask("findByWebhookSecret", { secret: "a-secret-of-some-length" })).body.result).toMatchObject({
      accountId: own,
    });
  });

  test("a webhook runs the pipeline of whoever it belongs to", async () => {
    const run = { runId: "r1", pipelineId: stored("").id, status: "queued" };
    reply = (path) => ({ body: JSON.stringify({ result: path.endsWith("startRun") ? run : stored("its owner") }) });
    const answer = await fetch(`${app.url}/api/hooks/a-secret-of-some-length`, { method: "POST", body: "a text" });
    expect([answer.status, await answer.json()]).toEqual([202, { pipelineId: run.pipelineId, runId: "r1" }]);
    expect(calls.map(({ path }) => path)).toEqual(["/pipelines/findByWebhookSecret", "/pipelines/startRun"]);
    expect(calls[1]?.body).toEqual({ accountId: "its owner", id: run.pipelineId, trigger: "webhook", payload: "a text" });
  });

  test("a refused token, an error page and a lost connection are all a store that is away", async () => {
    const ann = await Visitor.of(app);
    for (const answer of [
      { status: 401, body: JSON.stringify({ error: { code: "unauthorized", message: "no" } }) },
      { status: 200, body: "<!doctype html>" },
      { status: 404, body: "No matching routes found" },
    ]) {
      reply = () => answer;
      const { status, body } = await ann.ask("list", {});
      expect(status).toBe(503);
      expect(body.error).toMatchObject({ code: "unavailable" });
    }
    reply = () => ({ status: 409, body: JSON.stringify({ error: { code: "conflict", message: "stale" } }) });
    expect((await ann.ask("update", { id: stored("").id, input: {} })).status).toBe(409);
    expect(app.log).toContain("convex_unusable");
    expect(app.log).not.toContain(token);
  });

  test("the browser gets no token, in no file", async ({ page }) => {
    reply = () => ({ body: JSON.stringify({ result: [] }) });
    const bodies: Promise<string>[] = [];
    page.on("response", (response) => bodies.push(response.text().catch(() => "")));
    await page.goto(app.url, { waitUntil: "networkidle" });
    await expect(page.getByRole("banner").getByRole("status")).toHaveText("Saved in Convex");
    expect((await Promise.all(bodies)).join("")).not.toContain(token);
  });
});
