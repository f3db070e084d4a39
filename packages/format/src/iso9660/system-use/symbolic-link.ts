/*
 * SL: the target of a symlink, cut at its slashes.
 * Source: Rock Ridge Interchange Protocol, section 4.1.3.
 */
import { concatBytes } from '../../io/concat-bytes.ts';
import type { RecordReader } from '../../io/record-reader.ts';
import { ENTRY_HEADER_SIZE, entryWriter, MAXIMUM_ENTRY_LENGTH } from './entry.ts';

const COMPONENT_HEADER_SIZE = 2;

/** Bytes of components in one entry, behind its flags. */
const MAXIMUM_COMPONENTS_LENGTH = MAXIMUM_ENTRY_LENGTH - ENTRY_HEADER_SIZE - 1;

const SLASH = 0x2f;
const DOT = 0x2e;

/** Bits of an entry's flags and of a component's flags. */
const CONTINUE = 0x01;
const ComponentFlag = { current: 0x02, parent: 0x04, root: 0x08 } as const;

/** A part of a target, or of a part that does not fit into one. */
interface Component {
  readonly flags: number;
  readonly text: Uint8Array;
}

/** Puts a target together from the entries of a record. */
export class TargetCollector {
  readonly #pieces: Uint8Array[] = [];
  /** Whether a slash comes before the next component. */
  #separate = false;
  /** Whether the last entry promises another one. */
  #goesOn = false;
  #broken = false;

  /** The target; `undefined` where its components break the format's rules, as those of long targets by genisoimage do. */
  get target(): Uint8Array | undefined {
    if (this.#broken || this.#goesOn) return undefined;
    return concatBytes(this.#pieces);
  }

  add(record: RecordReader): void {
    this.#goesOn = (record.uint8() & CONTINUE) !== 0; // 4  Flags
    while (record.remaining >= COMPONENT_HEADER_SIZE) {
      const flags = record.uint8(); // 0  Component Flags
      const length = record.uint8(); // 1  Component Length
      const text = length <= record.remaining ? componentText(flags, record.bytes(length)) : undefined; // 2  Component Content
      if (text === undefined) {
        this.#broken = true;
        return;
      }
      if (this.#separate) this.#pieces.push(Uint8Array.of(SLASH));
      this.#pieces.push(text);
      this.#separate = (flags & (CONTINUE | ComponentFlag.root)) === 0;
    }
  }
}

/** The entries of a target; readers get back exactly its bytes. */
export function serializeSymbolicLink(target: Uint8Array): Uint8Array[] {
  const groups = groupComponents(splitTarget(target));
  return groups.map((components, index) => {
    const length = components.reduce((sum, { text }) => sum + COMPONENT_HEADER_SIZE + text.length, 0);
    const writer = entryWriter('SL', 1 + length).uint8(index < groups.length - 1 ? CONTINUE : 0); // 4  Flags
    for (const { flags, text } of components) {
      writer
        .uint8(flags) //       0  Component Flags
        .uint8(text.length) // 1  Component Length
        .set(text); //         2  Component Content
    }
    return writer.bytes;
  });
}

/** What a component stands for; `undefined` for a kind that is not defined. */
function componentText(flags: number, text: Uint8Array): Uint8Array | undefined {
  switch (flags & ~CONTINUE) {
    case 0:
      return text;
    case ComponentFlag.current:
      return Uint8Array.of(DOT);
    case ComponentFlag.parent:
      return Uint8Array.of(DOT, DOT);
    case ComponentFlag.root:
      return Uint8Array.of(SLASH);
    default:
      return undefined;
  }
}

function splitTarget(target: Uint8Array): Component[] {
  const components: Component[] = [];
  let start = 0;
  if (target[0] === SLASH) {
    components.push({ flags: ComponentFlag.root, text: target.subarray(0, 0) });
    start = 1;
    if (target.length === 1) return components;
  }
  while (true) {
    const slash = target.indexOf(SLASH, start);
    components.push(toComponent(target.subarray(start, slash < 0 ? target.length : slash)));
    if (slash < 0) return components;
    start = slash + 1;
  }
}

function toComponent(text: Uint8Array): Component {
  const none = text.subarray(0, 0);
  if (text.length === 1 && text[0] === DOT) return { flags: ComponentFlag.current, text: none };
  if (text.length === 2 && text[0] === DOT && text[1] === DOT) return { flags: ComponentFlag.parent, text: none };
  return { flags: 0, text };
}

/**
 * Fills one entry after the other; a component may go on in the next one. The last one of an entry always does, if only with
 * nothing: libarchive forgets the slash between two entries otherwise. (For "." and "..", which can not go on, it does.)
 */
function groupComponents(components: readonly Component[]): Component[][] {
  const groups: Component[][] = [];
  let group: Component[] = [];
  let room = MAXIMUM_COMPONENTS_LENGTH;
  const next = () => {
    groups.push(group);
    group = [];
    room = MAXIMUM_COMPONENTS_LENGTH;
  };
  const put = (component: Component) => {
    group.push(component);
    room -= COMPONENT_HEADER_SIZE + component.text.length;
  };
  for (const [index, { flags, text }] of components.entries()) {
    let rest = text;
    // Room is wanted for what comes next, too, so that the entry does not end between the two.
    while (!fits(rest, room, index < components.length - 1)) {
      const length = Math.min(rest.length, room - COMPONENT_HEADER_SIZE);
      if (length >= 0 && flags === 0) {
        put({ flags: CONTINUE, text: rest.subarray(0, length) });
        rest = rest.subarray(length);
      }
      next();
    }
    put({ flags, text: rest });
  }
  groups.push(group);
  return groups;
}

/** Whether a component has room, and the shortest one behind it where there is another. */
function fits(text: Uint8Array, room: number, another: boolean): boolean {
  return COMPONENT_HEADER_SIZE + text.length + (another ? COMPONENT_HEADER_SIZE : 0) <= room;
}
