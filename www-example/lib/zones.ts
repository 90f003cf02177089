/** Time zones as people look for them: by city, by country, and by names of before. */
import { offsetAt, timeZones, viewerZone, cityOf } from "./times";

export interface Zone {
  name: string;
  /** Where that is, in words: `Ukraine · Kyiv, Kharkiv, Odesa`. */
  place: string;
  /** What it is found by besides its name. */
  words: string;
}

/** One entry of `@vvo/tzdb`: a zone of today's tz database, with those that agree with it and those that it replaced. */
interface Entry {
  name: string;
  group: string[];
  countryName: string;
  mainCities: string[];
  alternativeName: string;
}

/** The zones that this browser knows, the viewer's first. The cities are 100 kB, and fetched by whoever looks for one. */
export async function findableZones(): Promise<Zone[]> {
  const { default: entries } = await import("@vvo/tzdb/raw-time-zones.json");
  return zonesOf(entries);
}

/** The same by their names alone, until the cities are there. */
export function namedZones(): Zone[] {
  return zonesOf([]);
}

function zonesOf(entries: readonly Entry[]): Zone[] {
  const names = timeZones(viewerZone());
  const listed = new Set(names);
  const zones = new Map(names.map((name) => [name, { name, place: "", words: "" }]));
  for (const { name, group, countryName, mainCities, alternativeName } of entries) {
    const members = [name, ...group].filter((each) => listed.has(each));
    // Browsers list some zones under older names: Europe/Kiev for Europe/Kyiv.
    const main = listed.has(name) ? name : (members.find((each) => cityOf(each) === cityOf(name)) ?? members[0]);
    for (const member of members) {
      const zone = zones.get(member);
      if (zone === undefined) continue;
      zone.words = folded(countryName);
      if (member !== main) continue;
      zone.place = [countryName, mainCities.slice(0, 3).join(", ")].filter(Boolean).join(" · ");
      const former = [name, ...group].filter((each) => !listed.has(each));
      zone.words = folded([countryName, ...mainCities, alternativeName, ...former].join(" "));
    }
  }
  const viewer = viewerZone();
  return [...zones.values()].sort((a, b) => Number(b.name === viewer) - Number(a.name === viewer));
}

/** Those that have all words of what was typed: first where they begin the city, then in the name, then in its place. */
export function matching(zones: readonly Zone[], typed: string): Zone[] {
  const wanted = folded(typed).split(" ").filter(Boolean);
  const rank = ({ name, place, words }: Zone): number => {
    const [city, full] = [folded(cityOf(name)), folded(name)];
    const has = (text: string) => wanted.every((word) => ` ${text}`.includes(` ${word}`));
    if (city.startsWith(wanted.join(" "))) return 0;
    if (wanted.every((word) => full.includes(word))) return 1;
    if (has(folded(place))) return 2;
    return has(`${full} ${words}`) ? 3 : 4;
  };
  const ranked = zones.map((zone) => ({ zone, rank: rank(zone) })).filter(({ rank }) => rank < 4);
  return ranked.sort((a, b) => a.rank - b.rank).map(({ zone }) => zone);
}

/** `UTC+05:30` at that moment */
export function offsetOf(zone: string, now: number): string {
  const minutes = offsetAt(now, zone);
  const two = (number: number) => String(number).padStart(2, "0");
  const size = Math.abs(minutes);
  return `UTC${minutes < 0 ? "−" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** Without accents, signs and capitals. */
function folded(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .replace(/[^\p{L}\p{N}+]+/gu, " ")
    .trim()
    .toLowerCase();
}
