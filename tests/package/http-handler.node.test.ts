/** The server's side of the wire as a host that is no Convex uses it: a sign-in of its own, a real server, and faults of its own. */
import { createServer, request as ask, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { PipelineError, handlePipelineRequest, type PipelineHost, type RequestEvent } from "convex-pipelines/node";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

const CANARY = "c4nary-0123456789";
const BRAND = Symbol.for("convex-pipelines.PipelineError");

interface Outcome {
  status: number;
  body: { result?: unknown; error?: { code: string; message: string; id?: string } };
  text: string;
  event: RequestEvent | undefined;
}

/** A call of `list` by default, to a host that is open to everybody by default. */
async function answer(host: Partial<PipelineHost<unknown>>, request: Request = listing()): Promise<Outcome> {
  let event: RequestEvent | undefined;
  const response = await handlePipelineRequest<unknown>(request, {
    environment: "open",
    execute: () => Promise.resolve({ result: [] }),
    report: (reported) => {
      event = reported;
    },
    ...host,
  });
  const text = await response.text();
  return { status: response.status, body: JSON.parse(text) as Outcome["body"], text, event };
}

function listing(init: RequestInit = {}): Request {
  return new Request("https://host.example/pipelines/list", { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}", ...init });
}

const throwing = (thrown: unknown) => ({
  execute: () => {
    throw thrown;
  },
});

/** An object whose every use throws. */
function unusable<T extends object>(target: T = {} as T): T {
  const refuse = (): never => {
    throw new Error(CANARY);
  };
  const traps = ["get", "set", "has", "getPrototypeOf", "ownKeys", "getOwnPropertyDescriptor", "apply", "construct"];
  return new Proxy(target, Object.fromEntries(traps.map((trap) => [trap, refuse])));
}

function error(change: (made: Error & Record<string, unknown>) => void, message = "boom"): Error {
  const made = new Error(message) as Error & Record<string, unknown>;
  change(made);
  return made;
}

const getter = (name: string, get: () => unknown) => (made: object) => {
  Object.defineProperty(made, name, { get });
};
const refuse = (): never => {
  throw new Error(CANARY);
};

describe("whatever is thrown inside", () => {
  const { proxy: revoked, revoke } = Proxy.revocable({}, {});
  revoke();
  const thrown: [string, () => unknown][] = [
    ["nothing", () => undefined],
    ["a text", () => CANARY],
    ["a symbol", () => Symbol(CANARY)],
    ["a function", () => Object.defineProperty(() => 0, "name", { value: CANARY })],
    ["an object", () => ({ message: CANARY, name: CANARY, stack: CANARY })],
    ["a revoked Proxy", () => revoked],
    ["a Proxy whose traps throw", () => unusable()],
    ["a Proxy of an error", () => unusable(new Error(CANARY))],
    ["a Proxy of a PipelineError", () => unusable(new PipelineError({ code: "conflict", message: CANARY }))],
    ["a message that is a symbol", () => error((made) => (made.message = Symbol(CANARY) as never))],
    ["a message that throws", () => error(getter("message", refuse))],
    ["a stack that throws", () => error(getter("stack", refuse))],
    ["a stack that is an object", () => error((made) => (made.stack = { indexOf: refuse } as never))],
    ["a name that throws", () => error(getter("name", refuse))],
    ["a name that is an object", () => error((made) => (made.name = unusable() as never))],
    ["a secret as name", () => error((made) => (made.name = CANARY))],
    ["a secret as message", () => new RangeError(CANARY)],
    ["a secret as cause", () => new Error("boom", { cause: new Error(CANARY) })],
    ["a secret as code", () => error((made) => (made["code"] = CANARY))],
    ["a secret in lines of a message", () => new Error(`a\n${CANARY}\n    at ${CANARY} (/srv/${CANARY}.js:1:2)\nb`)],
    ["a message that ends in a frame", () => new Error(`a\n    at run (/srv/${CANARY}.js:1:2)`)],
    ["a message that was changed", () => error((made) => (made.message = "harmless"), `a\n    at run (/srv/${CANARY}.js:1:2)`)],
    ["a message that was taken away", () => error((made) => (made.message = ""), `a\n    at run (/srv/${CANARY}.js:1:2)`)],
    ["a name of several lines", () => error((made) => {
      made.name = `x\n    at run (/srv/${CANARY}.js:1:2)`;
      Error.captureStackTrace(made);
    })],
    ["a stack without the message", () => error((made) => (made.stack = `${CANARY}\n    at run (/srv/${CANARY}.js:1:2)`))],
    ["a stack that repeats a secret", () => error((made) => (made.stack = `Error: boom\n${CANARY}\n    at ${CANARY} (${CANARY}:1:1)\n    at ${CANARY}`))],
    ["a function named by a secret", () => {
      try {
        return { [CANARY]: () => { throw new Error("boom"); } }[CANARY]!();
      } catch (made) {
        return made;
      }
    }],
    ["a class named by a secret", () => new { [CANARY]: class extends Error {} }[CANARY]!("boom")],
    ["a claimed brand alone", () => ({ [BRAND]: true })],
    ["a claimed brand and a code that throws", () => ({ [BRAND]: true, get code() { return refuse(); } })],
    ["a claimed brand and an unknown code", () => ({ [BRAND]: true, code: CANARY, message: "x" })],
    ["a claimed brand and a message that is none", () => ({ [BRAND]: true, code: "conflict", message: unusable() })],
    ["a claimed brand and issues that throw", () => ({ [BRAND]: true, code: "invalid", message: "x", get issues() { return refuse(); } })],
    ["a claimed brand and issues that are none", () => ({ [BRAND]: true, code: "invalid", message: "x", issues: 7 })],
    ["a claimed brand and an unusable issue", () => ({ [BRAND]: true, code: "invalid", message: "x", issues: [unusable()] })],
    ["a claimed brand and unusable issues", () => ({ [BRAND]: true, code: "invalid", message: "x", issues: unusable([]) })],
  ];
  test.each(thrown)("(%s) is a 500 with an id, and neither the answer nor the log quotes it", async (_what, make) => {
    const made = make();
    for (const host of [throwing(made), { execute: () => Promise.reject(made as Error) }, { authorize: () => Promise.reject(made as Error) }]) {
      const { status, body, text, event } = await answer(host);
      expect([status, body.error?.code]).toEqual([500, "internal"]);
      expect(event).toMatchObject({ event: "failure", status: 500, requestId: body.error?.id });
      expect(event!.cause!.name).toMatch(/^([A-Z]\w*Error|Error|unknown)$/);
      expect(text + JSON.stringify(event)).not.toContain(CANARY);
    }
  });

  test("is logged by its kind and place", async () => {
    const { event } = await answer(throwing(new TypeError("boom")));
    expect(event?.cause?.name).toBe("TypeError");
    expect(event?.cause?.at[0]).toMatch(/^http-handler\.node\.test\.ts:\d+:\d+$/);
    expect((await answer(throwing(new (class Odd extends Error {})("x")))).event?.cause?.name).toBe("Error");
    expect((await answer(throwing("x"))).event?.cause).toEqual({ name: "unknown", at: [] });
  });
});

describe("whatever the host gives", () => {
  const cyclic: Record<string, unknown> = {};
  cyclic["self"] = cyclic;
  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["no result", {}],
    ["a function", { result: () => 0 }],
    ["a BigInt", { result: 1n }],
    ["a cycle", { result: cyclic }],
    ["a toJSON that throws", { result: { toJSON: refuse } }],
    ["something unusable", unusable()],
    ["an unusable result", { result: unusable() }],
    ["a cursor that is none", { result: [], cursor: 7 }],
    ["a cursor that is null", { result: [], cursor: null }],
    ["an unusable cursor", { result: [], cursor: unusable() }],
  ])("(%s) is an answer or a 500", async (_what, given) => {
    const { status, text, event } = await answer({ execute: () => Promise.resolve(given as never) });
    expect(status).toBe(500);
    expect(text + JSON.stringify(event)).not.toContain(CANARY);
  });

  test("as a report that throws, rejects or never ends, changes no answer", async () => {
    for (const report of [refuse, () => Promise.reject(new Error(CANARY)), () => new Promise<never>(() => undefined), () => unusable(), 7]) {
      expect((await answer({ report: report as () => void })).status).toBe(200);
    }
    const host: PipelineHost = { environment: "open", execute: () => Promise.resolve({ result: [] }), get report() { return refuse(); } };
    expect((await handlePipelineRequest(listing(), host)).status).toBe(200);
  });

  test.each<[string, object]>([
    ["no URL", { url: undefined }],
    ["a broken URL", { url: "::" }],
    ["a URL that throws", { get url() { return refuse(); } }],
    ["no headers", { headers: undefined }],
    ["headers that throw", { headers: { get: refuse } }],
    ["headers that are no text", { headers: { get: () => Symbol(CANARY) } }],
    ["a method that throws", { get method() { return refuse(); } }],
    ["a body that throws", { get body() { return refuse(); } }],
    ["a body that has been read", { body: { getReader: refuse } }],
    ["a body of something else", { body: Readable.from([7]) }],
  ])("as a request with %s is answered", async (_what, change) => {
    const { url, method, headers, body } = listing();
    const { status, text, event } = await answer({}, Object.defineProperties({ url, method, headers, body }, Object.getOwnPropertyDescriptors(change)) as unknown as Request);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(text + JSON.stringify(event)).not.toContain(CANARY);
  });

  test("as nothing at all is answered", async () => {
    for (const host of [undefined, null, 7, unusable(), { get environment() { return refuse(); } }]) {
      expect((await handlePipelineRequest(listing(), host as unknown as PipelineHost)).status).toBeGreaterThanOrEqual(500);
    }
  });
});

describe("a sign-in of the route's own", () => {
  test("is asked before anything of the request is looked at, and stops it there", async () => {
    const execute = vi.fn<PipelineHost["execute"]>();
    const pull = vi.fn(() => new Promise<never>(() => undefined));
    const authorize = () => {
      throw new PipelineError({ code: "unauthorized", message: "nobody is signed in" });
    };
    const body = () => ({ body: new ReadableStream({ pull }, { highWaterMark: 0 }), duplex: "half" }) as RequestInit;
    const bytes = new Set<string>();
    for (const init of [body(), { method: "PUT", body: "x" }, { headers: { "Content-Type": "text/plain" } }, { headers: { "Content-Length": "9999999" } }]) {
      const { status, text, event } = await answer({ authorize, execute }, listing(init));
      expect([status, event?.event]).toEqual([401, "unauthorized"]);
      bytes.add(text);
    }
    expect(bytes.size).toBe(1);
    expect(pull).not.toHaveBeenCalled();
    expect(execute).not.toHaveBeenCalled();
  });

  test("lets people start and read runs, and only workers claim, renew and end them", async () => {
    const execute = vi.fn<PipelineHost["execute"]>(() => Promise.resolve({ result: null }));
    const id = "3f2b8c1e-4b8e-4a57-9d5e-0a8b3c2d1e0f";
    const completedAt = "2026-11-22T12:00:00.000Z";
    const token = "a-token.that-is_Long-enough-0123456789";
    const calls: [string, object, number][] = [
      ["startRun", { id, trigger: "manual" }, 200],
      ["listRuns", { id }, 200],
      ["getRun", { runId: "r1" }, 200],
      ["recordRun", { id, completedAt }, 200],
      ["recordRun", { id, completedAt, run: { runId: "r1", status: "success" } }, 401],
      ["claimRun", { worker: "w" }, 401],
      ["renewRun", { runId: "r1", worker: "w" }, 401],
    ];
    for (const [operation, args, expected] of calls) {
      const request = () =>
        new Request(`https://host.example/pipelines/${operation}`, {
          method: "POST",
          headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
          body: JSON.stringify(args),
        });
      execute.mockClear();
      expect([operation, (await answer({ execute }, request())).status]).toEqual([operation, expected]);
      expect(execute).toHaveBeenCalledTimes(expected === 200 ? 1 : 0);
      const guarded = await answer({ execute, environment: { PIPELINES_ADMIN_TOKEN: token } }, request());
      expect([operation, guarded.status]).toEqual([operation, 200]);
    }
  });

  test("tells who calls", async () => {
    const execute = vi.fn<PipelineHost<string>["execute"]>(() => Promise.resolve({ result: [] }));
    await handlePipelineRequest(listing(), { environment: "open", authorize: () => Promise.resolve("ann"), execute });
    expect(execute).toHaveBeenCalledWith("list", expect.anything(), "ann");
  });
});

describe("a body on a real server", () => {
  let server: Server;
  let port: number;
  let events: RequestEvent[];
  let finished: () => void;
  beforeAll(async () => {
    server = createServer((incoming, outgoing) => {
      const headers = Object.entries(incoming.headers) as [string, string][];
      const init = { method: incoming.method!, headers, body: Readable.toWeb(incoming), duplex: "half" } as unknown as RequestInit;
      void handlePipelineRequest(new Request(`http://127.0.0.1${incoming.url!}`, init), {
        environment: "open",
        execute: () => Promise.resolve({ result: [] }),
        report: (event) => events.push(event),
        bodyTimeoutMs: 300,
      }).then(async (response) => {
        outgoing.writeHead(response.status, Object.fromEntries(response.headers)).end(await response.text());
        finished();
      });
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  /** Sends a head that promises 100 bytes, then what `send` does with the connection. */
  async function begin(send: (socket: ReturnType<typeof connect>) => void): Promise<string> {
    events = [];
    const done = new Promise<void>((resolve) => (finished = resolve));
    const socket = connect(port, "127.0.0.1");
    let got = "";
    socket.on("data", (bytes) => (got += String(bytes))).on("error", () => undefined);
    socket.write("POST /pipelines/list HTTP/1.1\r\nHost: host.example\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{");
    send(socket);
    await done;
    await vi.waitFor(() => {
      expect(socket.destroyed || got.includes("}")).toBe(true);
    });
    socket.destroy();
    return got;
  }

  test("that never comes is cut, and answered 408 in our shape", async () => {
    const start = performance.now();
    const got = await begin(() => undefined);
    expect(performance.now() - start).toBeLessThan(2_000);
    expect(got).toMatch(/^HTTP\/1.1 408 /);
    expect(got).toContain('{"error":{"code":"protocol"');
    expect(events).toMatchObject([{ event: "failure", status: 408 }]);
    expect(events[0]).not.toHaveProperty("cause");
  });

  test("that comes drop by drop is cut all the same", async () => {
    let drops: NodeJS.Timeout | undefined;
    const got = await begin((socket) => (drops = setInterval(() => socket.write(" "), 50)));
    clearInterval(drops);
    expect(got).toMatch(/^HTTP\/1.1 408 /);
  });

  test("that breaks off is no bug", async () => {
    await begin((socket) => setTimeout(() => socket.destroy(), 50));
    expect(events).toMatchObject([{ event: "failure", status: 400 }]);
    expect(events[0]).not.toHaveProperty("cause");
  });

  test("that comes in pieces is read", async () => {
    events = [];
    finished = () => undefined;
    const status = await new Promise((done) => {
      const request = ask({ port, host: "127.0.0.1", method: "POST", path: "/pipelines/list", headers: { "Content-Type": "application/json; charset=utf8" } });
      request.on("response", (response) => { response.resume(); done(response.statusCode); });
      request.write("{");
      setTimeout(() => request.end("}"), 100);
    });
    expect(status).toBe(200);
  });
});
