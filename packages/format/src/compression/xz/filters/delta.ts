/*
 * Delta: each byte was stored as its difference from the one `distance` bytes before, or from 0 at the start.
 * Source: "The .xz File Format", section 5.3.3, in XZ Utils (doc/xz-file-format.txt).
 */

/** Adds the differences up again. */
export function decodeDelta(bytes: Uint8Array, distance: number): void {
  for (let at = distance; at < bytes.length; at++) {
    bytes[at] = (bytes[at] as number) + (bytes[at - distance] as number);
  }
}
