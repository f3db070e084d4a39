/*
 * AL: extended attributes and access control lists, in pairs of a name and a value.
 * Source: "Arbitrary Attribute Interchange Protocol" (AAIP), version 2.0, susp_aaip_2_0.txt of libisofs.
 */
import { concatBytes } from '../../io/concat-bytes.ts';
import { decodeFileName } from '../../io/file-name.ts';
import { RecordReader } from '../../io/record-reader.ts';
import { RecordWriter } from '../../io/record-writer.ts';

/** What the first byte of a name may stand for; the names of "isofs." say nothing about the file that was packed. */
const NAMESPACES = new Map([
  [0x01, ''],
  [0x02, 'system.'],
  [0x03, 'user.'],
  [0x04, 'isofs.'],
  [0x05, 'trusted.'],
  [0x06, 'security.'],
]);
const INTERNAL_NAMESPACE = 'isofs.';

const CONTINUE = 0x01;

/** Bits of the first byte of an entry of an access control list. */
const QUALIFIED = 0x08;
const PERMISSIONS = 0x07;
const QUALIFIER_CONTINUES = 0x80;

/** Kinds of such entries, and the tags that Linux has for them. */
const TAGS = new Map([
  [1, 0x01], //  ACL_USER_OBJ
  [10, 0x02], // ACL_USER
  [3, 0x04], //  ACL_GROUP_OBJ
  [12, 0x08], // ACL_GROUP
  [5, 0x10], //  ACL_MASK
  [6, 0x20], //  ACL_OTHER
]);
const SWITCH_TO_DEFAULT = 8;
const LINUX_ACL_VERSION = 2;
const LINUX_NO_ID = 0xffff_ffff;

/** The bytes of an entry that belong to its pairs; those of all entries of a record follow each other. */
export function parseAttributeBytes(record: RecordReader): Uint8Array {
  record.skip(1); //                        4  Flags (more entries show by themselves)
  return record.bytes(record.remaining); // 5  Component Area
}

/**
 * The attributes of a file by full name, access control lists as Linux has them among its attributes.
 *
 * @throws AppImageError `malformed` or `out-of-bounds` when the pairs break the format's rules
 */
export function parseAttributes(bytes: Uint8Array, base: number): Map<string, Uint8Array> {
  const record = new RecordReader(bytes, { what: 'attributes in system use entry "AL"', base });
  const attributes = new Map<string, Uint8Array>();
  while (record.remaining > 0) {
    const name = parseComponent(record);
    const value = parseComponent(record);
    if (name.length > 0) {
      const fullName = decodeAttributeName(name);
      if (!fullName.startsWith(INTERNAL_NAMESPACE)) attributes.set(fullName, value);
    } else {
      for (const [list, content] of parseAccessControl(value, record)) attributes.set(list, content);
    }
  }
  return attributes;
}

function parseComponent(record: RecordReader): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (let flags = CONTINUE; (flags & CONTINUE) !== 0; ) {
    flags = record.uint8(); //                    0  Component Flags
    const length = record.uint8(); //             1  Component Length
    pieces.push(record.bytes(length)); //         2  Component Content
  }
  return concatBytes(pieces);
}

function decodeAttributeName(name: Uint8Array): string {
  const namespace = NAMESPACES.get(name[0] as number);
  return namespace === undefined ? decodeFileName(name) : namespace + decodeFileName(name.subarray(1));
}

interface AccessControlEntry {
  readonly tag: number;
  readonly permissions: number;
  readonly id: number;
}

function* parseAccessControl(value: Uint8Array, outer: RecordReader): Generator<readonly [string, Uint8Array]> {
  const lists: { access: AccessControlEntry[]; default: AccessControlEntry[] } = { access: [], default: [] };
  let current = lists.access;
  const record = new RecordReader(value, { what: 'access control list in system use entry "AL"' });
  while (record.remaining > 0) {
    const flags = record.uint8();
    const kind = flags >> 4;
    const id = (flags & QUALIFIED) === 0 ? LINUX_NO_ID : parseQualifier(record);
    const tag = TAGS.get(kind);
    if (kind === SWITCH_TO_DEFAULT) current = lists.default;
    else if (tag !== undefined) current.push({ tag, permissions: flags & PERMISSIONS, id });
    else if (kind !== 0) throw outer.malformed(`access control list must have known entries, found kind ${kind}`);
  }
  if (lists.access.length > 0) yield ['system.posix_acl_access', serializeAccessControl(lists.access)];
  if (lists.default.length > 0) yield ['system.posix_acl_default', serializeAccessControl(lists.default)];
}

/** The number of a user or group, the most significant byte first. */
function parseQualifier(record: RecordReader): number {
  let id = 0;
  for (let head = QUALIFIER_CONTINUES; (head & QUALIFIER_CONTINUES) !== 0; ) {
    head = record.uint8();
    for (const byte of record.bytes(head & 0x7f)) id = (id * 0x100 + byte) % 2 ** 32;
  }
  return id;
}

/** As `struct posix_acl_xattr_entry` of Linux has it, its entries in the order of tags and ids. */
function serializeAccessControl(entries: readonly AccessControlEntry[]): Uint8Array {
  const writer = new RecordWriter(4 + entries.length * 8).uint32(LINUX_ACL_VERSION);
  for (const { tag, permissions, id } of entries.toSorted((a, b) => a.tag - b.tag || a.id - b.id)) {
    writer.uint16(tag).uint16(permissions).uint32(id);
  }
  return writer.bytes;
}
