/**
 * Parses a fingerprint as people type and copy it: in groups of four, in either case, with "0x" in front. `RangeError` for what is none; an
 * identifier of 16 digits is too short to tell keys from each other.
 */
export function parseFingerprint(text: string): string {
  const digits = text.replace(/^0x/i, '').replace(/[\s:]/g, '').toUpperCase();
  if (/^(?:[\dA-F]{40}|[\dA-F]{64})$/.test(digits)) return digits;
  throw new RangeError(
    `Cannot accept key: a fingerprint has 40 or 64 hexadecimal digits, found ${JSON.stringify(text)}`,
  );
}
