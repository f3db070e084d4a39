/*
 * Identifiers that every reader of ISO 9660 accepts: eight characters, and three more for files, of capital letters, digits
 * and underscores. Who knows Rock Ridge never sees them.
 * Source: ECMA-119, sections 7.5, 7.6 and 10.1 (level 1).
 */

const NAME_LENGTH = 8;
const EXTENSION_LENGTH = 3;

/** What an identifier is made for. */
export interface NamedEntry {
  readonly name: Uint8Array;
  readonly directory: boolean;
}

/**
 * An identifier for each of a directory's entries, all different. The same names, in the same order, get the same identifiers.
 */
export function isoIdentifiers(entries: readonly NamedEntry[]): Uint8Array[] {
  const taken = new Set<string>();
  const counters = new Map<string, number>();
  return entries.map(({ name, directory }) => {
    const parts = shorten(name, directory);
    const wish = keyOf(parts);
    let found = parts;
    for (let counter = counters.get(wish) ?? 0; taken.has(keyOf(found)); counter++) {
      const digits = String(counter);
      found = { ...parts, name: parts.name.slice(0, NAME_LENGTH - digits.length) + digits };
      counters.set(wish, counter + 1);
    }
    taken.add(keyOf(found));
    return encode(directory ? found.name : `${keyOf(found)};1`);
  });
}

interface Parts {
  readonly name: string;
  readonly extension: string;
}

function keyOf({ name, extension }: Parts): string {
  return `${name}.${extension}`;
}

function shorten(bytes: Uint8Array, directory: boolean): Parts {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  const dot = directory ? -1 : text.lastIndexOf('.');
  const hasExtension = dot > 0;
  const name = allowed(hasExtension ? text.slice(0, dot) : text).slice(0, NAME_LENGTH);
  return { name, extension: hasExtension ? allowed(text.slice(dot + 1)).slice(0, EXTENSION_LENGTH) : '' };
}

function allowed(text: string): string {
  return text.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase()).replaceAll(/[^A-Z0-9]/g, '_');
}

function encode(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
