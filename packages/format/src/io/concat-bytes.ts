/** Bytes of all pieces together. */
export function lengthOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}

/** A copy of all pieces behind each other; where `length` is more than theirs, zeros follow. */
export function concatBytes(pieces: readonly Uint8Array[], length: number = lengthOf(pieces)): Uint8Array {
  const bytes = new Uint8Array(length);
  let position = 0;
  for (const piece of pieces) {
    bytes.set(piece, position);
    position += piece.length;
  }
  return bytes;
}
