/** The bytes of a document in UTF-8. */
export function xml(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
