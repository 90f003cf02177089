// A local repository that begins with many rows, as one on a disk would.
import { count as partCount, instantiate, memory } from "../../pkg/dist/parts.js";
import { DeviceRepository } from "../../pkg/dist/repositories/device.js";
import { MemoryStorage } from "../../pkg/dist/storage/memory.js";
import { storedOf } from "../../pkg/dist/storage/stored-row.js";
import { agree } from "./agree.mjs";
import { different, randomNumbers, valid } from "./inputs.mjs";
import { OURS } from "./report.mjs";
import { compareOnce, ROUNDS, timeOnce } from "./rounds.mjs";

/** More rows than this are loaded once: it takes seconds. */
const MANY = 20_000;
const TEMPLATES = 50;
const TOPICS = ["Morning news", "Weather", "Reading list", "Podcast digest", "Board minutes", "Letters"];

const collator = new Intl.Collator("en");

/** A sorted copy, by name alone: the peer of every list. */
export function byCollator(items) {
  return items.toSorted((a, b) => collator.compare(a.name, b.name));
}

class FilledRepository extends DeviceRepository {
  constructor(storage) {
    super(storage, {});
  }
}

/**
 * What a local repository takes to hold `count` rows and to show them, beside `Intl.Collator`, which sorts as many names.
 *
 * @returns {Promise<{ rounds: Record<string, Record<string, number[]>>, bytes: number }>} microseconds; and by how much
 *   a load makes the core's memory grow
 */
export async function measuredStore(count) {
  const stored = await rows(count);
  const [load, first] = [[], []];
  let repository;
  let bytes;
  for (let round = 0; round < Math.min(ROUNDS, count > MANY ? 1 : 5); round += 1) {
    await repository?.close();
    // A new instance: memory grows while rows are read, which takes longer than reading them and happens only once.
    instantiate(partCount());
    const before = coreMemory();
    repository = new FilledRepository(new MemoryStorage(stored));
    // Asking for what is not there reads everything, and nothing else.
    load.push(await timeOnce({ run: () => repository.get(idOf(count)) }));
    bytes = coreMemory() - before;
    first.push(await timeOnce({ run: () => repository.list() }));
  }
  const list = await repository.list();
  const ids = (items) => items.map(({ id }) => id);
  agree(`the order of ${count} rows`, { [OURS]: ids(list), "Intl.Collator": ids(byCollator(list)) });

  const unsorted = items(count);
  const peer = { run: () => byCollator(unsorted) };
  let changes = 0;
  const change = () => repository.update(list[count >> 1].id, { name: nameOf(count + (changes += 1)) });
  const rounds = {
    load: { [OURS]: load },
    "first list": { [OURS]: first },
    "list again": await compareOnce({ [OURS]: { run: () => repository.list() }, "Intl.Collator": peer }),
    "list after a change": await compareOnce({ [OURS]: { prepare: change, run: () => repository.list() }, "Intl.Collator": peer }),
  };
  await repository.close();
  return { rounds, bytes };
}

/** `count` rows as a database keeps them, in no order; ids, names and secrets are all different. */
async function rows(count) {
  const storage = new MemoryStorage();
  const repository = new FilledRepository(storage);
  for (const input of different(TEMPLATES)) await repository.create({ ...input, steps: valid(1 + (input.steps.length % 6)).steps });
  const templates = storage.rows;
  await repository.close();
  const numbers = shuffledNumbers(count);
  return numbers.map((number, index) => {
    const template = templates[index % templates.length];
    const id = idOf(number);
    const digest = number.toString(16).padStart(64, "0");
    const document = { ...template.document, id, name: nameOf(number), webhookSecret: `s1:${digest}` };
    return storedOf({ ...template, id, document });
  });
}

/** `count` list items, in no order. */
export function items(count) {
  return shuffledNumbers(count).map((number) => ({ id: idOf(number), name: nameOf(number) }));
}

/** Bytes of the running core's memory. It grows and is never given back. */
function coreMemory() {
  return memory().byteLength;
}

function idOf(number) {
  return `${number.toString(16).padStart(8, "0")}-0000-4000-8000-000000000000`;
}

/** English letters, digits and blanks: by these, a list's order and that of `Intl.Collator` are one. */
function nameOf(number) {
  return `${TOPICS[number % TOPICS.length]} ${String(number).padStart(6, "0")}`;
}

function shuffledNumbers(count) {
  const below = randomNumbers(count);
  const numbers = Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last -= 1) {
    const other = below(last + 1);
    [numbers[last], numbers[other]] = [numbers[other], numbers[last]];
  }
  return numbers;
}
