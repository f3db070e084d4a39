/*
 * The file of X11's magic cookies (Xau(3), Xauthority): entries of family (2 bytes), and address, display number, name and data, each
 * after its length (2 bytes); all numbers big-endian.
 */

const MAX_SIZE = 1_048_576;
const FIELDS = 4;
const DISPLAY_FIELD = 1;

/**
 * The entries for one display, as a file of their own, so that a confined client does not get the cookies of others. Stops at the first
 * entry that is cut off.
 *
 * @param display its number: `0` of `:0`
 */
export function authorityOfDisplay(file: Uint8Array, display: string): Uint8Array | undefined {
  const kept: Uint8Array[] = [];
  const view = new DataView(file.buffer, file.byteOffset, Math.min(file.byteLength, MAX_SIZE));
  let start = 0;
  while (start + 2 <= view.byteLength) {
    let end: number | undefined = start + 2;
    let number = '';
    for (let field = 0; field < FIELDS && end !== undefined; field++) {
      const begin: number = end + 2;
      end = begin <= view.byteLength ? begin + view.getUint16(begin - 2) : undefined;
      if (end !== undefined && end > view.byteLength) end = undefined;
      if (field === DISPLAY_FIELD) number = new TextDecoder().decode(file.subarray(begin, end));
    }
    if (end === undefined) break;
    // An entry without a number is for every display of its host.
    if (number === display || number === '') kept.push(file.subarray(start, end));
    start = end;
  }
  if (kept.length === 0) return undefined;
  const joined = new Uint8Array(kept.reduce((length, entry) => length + entry.length, 0));
  let offset = 0;
  for (const entry of kept) {
    joined.set(entry, offset);
    offset += entry.length;
  }
  return joined;
}
