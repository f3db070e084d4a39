/*
 * A program that the kernel starts instead of files that it knows by their first bytes. Linux: Documentation/admin-guide/binfmt-misc.rst; for the
 * files that register it at every boot, binfmt.d(5).
 */

/** A registration with binfmt_misc. */
export interface BinfmtRegistration {
  readonly name: string;
  /** Where in the file `magic` is looked for, in bytes. */
  readonly offset: number;
  /** Empty for a registration that goes by the ending of a name. */
  readonly magic: Uint8Array;
  /** Which bits of `magic` count; as long as that. */
  readonly mask: Uint8Array;
  readonly interpreter: string;
  /** Letters: `F` opens the program now, `P` hands over what was typed, `C` takes the file's credentials, `O` opens the file. */
  readonly flags: string;
}

/** A registration as the kernel shows it. */
export interface KernelRegistration extends BinfmtRegistration {
  readonly isEnabled: boolean;
}

const MAXIMUM_MAGIC = 256;

/** A line for the kernel's file `register`, and for a file in `binfmt.d`. */
export function serializeRegistration(registration: BinfmtRegistration): string {
  const { name, offset, magic, mask, interpreter, flags } = registration;
  return `:${[name, 'M', offset, escaped(magic), escaped(mask), interpreter, flags].join(':')}`;
}

/** Reads a line of a file in `binfmt.d`; null for a comment, for one that goes by the ending of a name, and for what the kernel would refuse. */
export function parseRegistration(line: string): BinfmtRegistration | null {
  const delimiter = line[0] ?? '';
  if (line.trim() === '' || /[#;\s]/.test(delimiter)) return null;
  const [, name = '', type, offset = '', magicText = '', maskText = '', interpreter = '', flags = ''] =
    line.split(delimiter);
  const magic = unescaped(magicText);
  const mask = maskText === '' ? magic.map(() => 0xff) : unescaped(maskText);
  const at = offset === '' ? 0 : Number(offset);
  if (type !== 'M' || magic.length === 0 || magic.length > MAXIMUM_MAGIC || mask.length !== magic.length) return null;
  if (!(Number.isSafeInteger(at) && at >= 0)) return null;
  return { name, offset: at, magic, mask, interpreter, flags: flags.trim() };
}

/** Reads what the kernel shows in the file of a registration. */
export function parseKernelRegistration(name: string, text: string): KernelRegistration {
  const lines = text.split('\n');
  const read = (key: string) => lines.find((line) => line.startsWith(`${key} `))?.slice(key.length + 1) ?? '';
  const magic = fromHex(read('magic'));
  const mask = read('mask');
  return {
    name,
    isEnabled: lines[0] === 'enabled',
    offset: Number.parseInt(read('offset') || '0', 10),
    magic,
    mask: mask === '' ? magic.map(() => 0xff) : fromHex(mask),
    interpreter: read('interpreter'),
    flags: read('flags:'),
  };
}

/** The byte that a file has to have at a position for a registration; undefined where it may have any, or some. */
export function requiredByte({ offset, magic, mask }: BinfmtRegistration, position: number): number | undefined {
  return mask[position - offset] === 0xff ? magic[position - offset] : undefined;
}

function escaped(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}

function unescaped(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const [part, hex] of text.matchAll(/\\x([0-9a-fA-F]{2})|[\s\S]/g)) {
    bytes.push(hex === undefined ? part.charCodeAt(0) & 0xff : Number.parseInt(hex, 16));
  }
  return Uint8Array.from(bytes);
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/[0-9a-f]{2}/g) ?? [], (pair) => Number.parseInt(pair, 16));
}
