// What a host makes of addresses and zones, held against the vectors: the same in Node, in Chromium and where Convex runs.
import { urls } from "./urls.mjs";

/** Everything in which this host answers otherwise than `vectors` say, in words. */
export function strays(vectors, model) {
  const { addresses, zones, generated } = vectors;
  const { scheduleSchema, updateInputSchema } = model;
  const found = answers(generated, model);
  const isAddress = (text) => updateInputSchema.safeParse({ defaultSource: text }).success;
  const isZone = (name) => scheduleSchema.safeParse({ cron: "0 7 * * *", timezone: name }).success;
  return [
    ...wrong(addresses, isAddress),
    ...wrong(zones, isZone),
    ...disagreements(generated, generated, found),
    ...misread(generated, found),
  ];
}

function wrong({ accepted, refused }, isAccepted) {
  const said = (text, what) => `${JSON.stringify(text)} is ${what}`;
  return [
    ...accepted.filter((text) => !isAccepted(text)).map((text) => said(text, "refused")),
    ...refused.filter(isAccepted).map((text) => said(text, "accepted")),
  ];
}

/** Answers stand in rows of this many. */
const ROW = 100;

/** The beginning of what is said of a `baseUrl`, by the letter that stands for it. */
const FAULTS = { u: "must be an absolute", i: "must be https", c: "must not hold a user", q: "must not have a query", x: "is where functions live" };

/**
 * What the package says of the URLs of `seed`, a letter for each: of `defaultSource` the first letter of the issue's code
 * and of `baseUrl` that of its fault, or `.` where it is accepted; and a checksum of the requests' URLs of each row.
 */
export function answers({ seed, count }, { updateInputSchema, buildRequest }) {
  const rows = { sources: [], baseUrls: [], requests: [] };
  const given = urls(seed, count);
  for (let start = 0; start < count; start += ROW) {
    const row = given.slice(start, start + ROW);
    const requests = row.map((text) => request(text, buildRequest));
    rows.sources.push(row.map((text) => source(text, updateInputSchema)).join(""));
    rows.baseUrls.push(requests.map(({ fault }) => fault ?? ".").join(""));
    rows.requests.push(checksum(requests.map(({ url }) => url ?? "").join("\n")));
  }
  return rows;
}

function source(text, updateInputSchema) {
  const result = updateInputSchema.safeParse({ defaultSource: text });
  return result.success ? "." : result.error.issues.map(({ code }) => code[0]).join("");
}

function request(text, buildRequest) {
  try {
    return { url: buildRequest("list", {}, { baseUrl: text }).url };
  } catch (thrown) {
    const { message } = thrown.issues[0];
    return { fault: Object.keys(FAULTS).find((letter) => message.startsWith(FAULTS[letter])) ?? "?" };
  }
}

/** FNV-1a of an ASCII text. */
function checksum(text) {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, "0");
}

/** Where this host's answers differ from those of `vectors/urls.json`, in words. */
function disagreements({ seed, count }, expected, found) {
  const given = urls(seed, count);
  const quoted = (at) => `${at}: ${JSON.stringify(given[at])}`;
  const differing = (kind) =>
    given.flatMap((_, at) => {
      const [there, here] = [expected, found].map((rows) => rows[kind][Math.floor(at / ROW)]?.[at % ROW]);
      return there === here ? [] : [`${quoted(at)}: ${kind} ${here} here, ${there} elsewhere`];
    });
  const requests = expected.requests.flatMap((there, row) =>
    there === found.requests[row] ? [] : [`the requests of one of these differ:\n${given.slice(row * ROW, row * ROW + ROW).join("\n")}`],
  );
  return [...differing("sources"), ...differing("baseUrls"), ...requests];
}

/** The URLs that are accepted as a `defaultSource` and that this host's own `URL` refuses, or reads as another host. */
function misread({ seed, count }, { sources }) {
  const accepted = urls(seed, count).filter((_, at) => sources[Math.floor(at / ROW)][at % ROW] === ".");
  return accepted.filter((text) => !isReadAsWritten(text)).map((text) => `${JSON.stringify(text)} is read otherwise by this host`);
}

function isReadAsWritten(given) {
  const text = given.replace(/^[\s\u0085]+|[\s\u0085]+$/g, "");
  const [, written] = /^https?:\/\/(\[[^\]]*\]|[^/?#:]*)/i.exec(text) ?? [];
  if (written === undefined || !URL.canParse(text)) return false;
  const { hostname, username, password } = new URL(text);
  const isAscii = [...written].every((c) => c < "\x80");
  // An IPv6 address is written in many ways; of a name that is not ASCII the number of labels is known.
  if (written.startsWith("[")) return hostname.startsWith("[");
  const isSame = isAscii ? hostname === written.toLowerCase() : hostname.split(".").length === written.split(".").length;
  return isSame && username + password === "";
}
