/** Reads a packed document, apart from the package: what devices keep is read by every later version. */
export function unpack(bytes: Uint8Array): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const size = (): number => {
    at += 4;
    return view.getUint32(at - 4, true);
  };
  const text = (): string => {
    const short = bytes[at++] ?? 0;
    const length = short === 255 ? size() : short;
    at += length;
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(at - length, at));
  };
  const value = (): unknown => {
    const tag = bytes[at++];
    switch (tag) {
      case 1:
        return null;
      case 2:
        return true;
      case 3:
        return false;
      case 4:
        at += 8;
        return view.getFloat64(at - 8, true);
      case 5:
        return text();
      case 6:
        return Array.from({ length: size() }, value);
      case 7: {
        const record: Record<string, unknown> = {};
        while (bytes[at] === 5) {
          at += 1;
          const key = text();
          record[key] = value();
        }
        if (bytes[at++] !== 255) throw new Error(`a record does not end at ${String(at)}`);
        return record;
      }
      case 12:
        return Number(text());
      default:
        throw new Error(`no document has the tag ${String(tag)}`);
    }
  };
  const document = value();
  if (at !== bytes.length) throw new Error(`${String(bytes.length - at)} bytes are left`);
  return document;
}
