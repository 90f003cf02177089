// The rules that zod, zod-mini and valibot are all given as functions. Cron is croner's dialect here.
import { Cron } from "croner";

export function isCron(text) {
  try {
    return new Cron(text, { mode: "5-part" }) !== undefined;
  } catch {
    return false;
  }
}

const zones = new Map();

/** Whether the host knows a time zone; asking `Intl` each time would be slow. */
export function isZone(name) {
  if (!zones.has(name)) zones.set(name, canFormat(name));
  return zones.get(name);
}

function canFormat(timeZone) {
  try {
    return new Intl.DateTimeFormat("en", { timeZone }) !== undefined;
  } catch {
    return false;
  }
}

export function isSource(text) {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return (protocol === "https:" || protocol === "http:") && username + password === "";
}

/** The places in a list whose `id` an earlier one has. */
export function repeatedIds(steps) {
  const seen = new Set();
  return [...steps.keys()].filter((index) => {
    const { id } = steps[index];
    return seen.size === seen.add(id).size;
  });
}

export const emptyIsAbsent = (text) => (text === "" ? undefined : text);

export const hasVoice = ({ voicePreference, voiceId }) => voicePreference !== "custom" || voiceId !== undefined;
