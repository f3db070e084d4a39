/*
 * The file of X11's magic cookies (Xau(3), Xauthority): entries of family (2 bytes), and address, display number, name and data, each
 * after its length (2 bytes); all numbers big-endian.
 */

const MAX_SIZE = 1_048_576;
const FIELDS = 4;
/** The family FamilyWild. */
const ANY_HOST = Uint8Array.of(0xff, 0xff);

/**
 * The entries for one display, as a file of their own for a display of another number, so that a confined client does not get the
 * cookies of others. Stops at the first entry that is cut off.
 *
 * @param from number of the display: `0` of `:0`
 * @param to the number by which the client knows it
 */
export function authorityOfDisplay(
  file: Uint8Array,
  { from, to }: { readonly from: string; readonly to: string },
): Uint8Array | undefined {
  const kept: Uint8Array[] = [];
  const number = new TextEncoder().encode(to);
  const view = new DataView(file.buffer, file.byteOffset, Math.min(file.byteLength, MAX_SIZE));
  let start = 0;
  for (let ends = fieldEnds(view, start); ends !== undefined; ends = fieldEnds(view, start)) {
    const [addressEnd, numberEnd, end] = ends;
    const found = new TextDecoder().decode(file.subarray(addressEnd + 2, numberEnd));
    // An entry without a number is for every display of its host.
    if (found === from || found === '') {
      const length = Uint8Array.of(number.length >> 8, number.length & 255);
      kept.push(file.subarray(start, addressEnd), length, number, file.subarray(numberEnd, end));
    }
    start = end;
  }
  return kept.length === 0 ? undefined : join(kept);
}

/** A file with one cookie, which is for the display of this number whatever the host is called. */
export function newAuthority(number: number, cookie: Uint8Array): Uint8Array {
  const text = new TextEncoder();
  const fields = [new Uint8Array(0), text.encode(String(number)), text.encode('MIT-MAGIC-COOKIE-1'), cookie];
  return join([ANY_HOST, ...fields.flatMap((field) => [Uint8Array.of(field.length >> 8, field.length & 255), field])]);
}

/** Where the address, the number and the whole of an entry end. */
function fieldEnds(view: DataView, start: number): [address: number, number: number, entry: number] | undefined {
  const ends: number[] = [];
  let end = start + 2; // of the family
  for (let field = 0; field < FIELDS; field++) {
    if (end + 2 > view.byteLength) return undefined;
    end += 2 + view.getUint16(end);
    if (end > view.byteLength) return undefined;
    ends.push(end);
  }
  const [address = 0, number = 0, , entry = 0] = ends;
  return [address, number, entry];
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
