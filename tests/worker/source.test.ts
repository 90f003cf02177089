/** Where the example's worker gets texts from, and where it does not. */
import dns from "node:dns";
import { createServer, type RequestListener, type Server } from "node:http";
import { syncBuiltinESMExports } from "node:module";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { textAt } from "../../www-example/worker/source";

const MIB = 1024 * 1024;
let server: Server;
let port = 0;

const answer: RequestListener = (request, response) => {
  const send = (type: string | undefined, body: string | Buffer, status = 200): void => {
    response.writeHead(status, type === undefined ? {} : { "Content-Type": type });
    response.end(body);
  };
  switch (request.url) {
    case "/text":
      return send("text/plain; charset=utf-8", "Gr\u00fc\u00dfe");
    case "/latin":
      return send('text/plain; charset="iso-8859-1"', Buffer.from("Gr\u00fc\u00dfe", "latin1"));
    case "/page":
      return send("text/html", "<nav>Menu</nav><h1>News</h1><p>One <a href='/x'>link</a>.</p><script>no</script>");
    case "/image":
      return send("image/png", "x");
    case "/typeless":
      return send(undefined, "x");
    case "/gone":
      return send("text/plain", "no", 404);
    case "/limit":
      return send("text/plain", "x".repeat(MIB));
    case "/large":
      return send("text/plain", "x".repeat(MIB + 1));
    case "/slow":
      response.writeHead(200, { "Content-Type": "text/plain" });
      response.write("x");
      return;
    case "/circle":
      response.writeHead(302, { Location: "/circle" });
      response.end();
      return;
    case "/onwards":
      response.writeHead(302, { Location: "/text" });
      response.end();
      return;
    case "/inside":
      response.writeHead(302, { Location: `http://127.0.0.2:${String(port)}/text` });
      response.end();
      return;
    case "/file":
      response.writeHead(302, { Location: "file:///etc/passwd" });
      response.end();
      return;
    default:
      return send("text/plain", "?", 500);
  }
};

beforeAll(async () => {
  server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, "0.0.0.0", done));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const here = (path: string): string => `http://127.0.0.1:${String(port)}${path}`;
/** As an operator sets it who wants an address of his own to be asked. */
const allowed = ["127.0.0.1"];
const outcome = (url: string, options: Parameters<typeof textAt>[1]): Promise<string> =>
  textAt(url, options).catch((error: unknown) => (error as Error).message);

describe("a source", () => {
  test.each([
    ["/text", "Gr\u00fc\u00dfe"],
    ["/latin", "Gr\u00fc\u00dfe"],
    ["/onwards", "Gr\u00fc\u00dfe"],
    ["/page", "NEWS\n\nOne link."],
    ["/limit", "x".repeat(MIB)],
    ["/image", "the source is image/png, which is no text"],
    ["/typeless", "the source is of no type, which is no text"],
    ["/gone", "the source answered 404"],
    ["/large", "the source is larger than 1 MiB"],
    ["/circle", "the source is redirected too often"],
    ["/file", "the source leads to no web address"],
  ])("%s gives its text, or a reason", async (path, expected) => {
    expect(await outcome(here(path), { allowed })).toBe(expected);
  });

  test("that is slow is given up", async () => {
    expect(await outcome(here("/slow"), { allowed, deadlineMs: 300 })).toBe("the source did not answer within 0.3 s");
  });

  test("that redirects to an address inside is refused there", async () => {
    expect(await outcome(here("/inside"), { allowed })).toBe("the source is not at a public address");
  });
});

test.each(["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433", "0x7f.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "[fe80::1]", "[fc00::1]"])(
  "%s is not at a public address",
  async (host) => {
    expect(await outcome(`http://${host}:${String(port)}/text`, { deadlineMs: 2_000 })).toBe("the source is not at a public address");
  },
);

describe("a name that looks public", () => {
  afterEach(() => {
    vi.restoreAllMocks();
    syncBuiltinESMExports();
  });

  /** Answers every look-up of a name, as a name server of somebody else's would. */
  function answering(...addresses: string[]): void {
    const answer = (_name: string, options: dns.LookupOptions, done: (error: null, ...found: unknown[]) => void): void => {
      const found = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
      if (options.all === true) done(null, found);
      else done(null, found[0]!.address, found[0]!.family);
    };
    vi.spyOn(dns, "lookup").mockImplementation(answer as unknown as typeof dns.lookup);
    syncBuiltinESMExports();
  }

  test.each([
    [["127.0.0.1"]],
    [["10.1.2.3"]],
    [["169.254.169.254"]],
    [["::1"]],
    [["::ffff:127.0.0.1"]],
    [["127.0.0.1", "192.0.2.1"]],
    [["192.0.2.1", "127.0.0.1"]],
  ])("and is answered with %j is refused", async (addresses) => {
    answering(...addresses);
    expect(await outcome(`http://news.example:${String(port)}/text`, { deadlineMs: 2_000 })).toBe("the source is not at a public address");
    expect(dns.lookup).toHaveBeenCalled();
  });

  test("is asked where whoever runs the server allows the address", async () => {
    answering("127.0.0.1");
    expect(await outcome(`http://news.example:${String(port)}/text`, { allowed })).toBe("Gr\u00fc\u00dfe");
  });
});
