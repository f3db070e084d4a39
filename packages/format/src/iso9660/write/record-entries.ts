import type { FileType } from '../../filesystem/readonly-file-system.ts';
import type { PlannedInode } from '../../filesystem/write/plan-inodes.ts';
import { lengthOf } from '../../io/concat-bytes.ts';
import { encodeFileName } from '../../io/file-name.ts';
import { MAXIMUM_RECORD_LENGTH, recordLength } from '../directory-record.ts';
import { serializeAlternateName } from '../system-use/alternate-name.ts';
import { CONTINUATION_ENTRY_SIZE } from '../system-use/continuation-area.ts';
import { serializeDeviceNumber } from '../system-use/device-number.ts';
import { serializeRockRidgeReference } from '../system-use/extensions-reference.ts';
import { serializePosixAttributes } from '../system-use/posix-attributes.ts';
import { serializeSharingProtocol } from '../system-use/sharing-protocol.ts';
import { serializeSymbolicLink } from '../system-use/symbolic-link.ts';
import { serializeTimeStamps } from '../system-use/time-stamps.ts';
import { ZISOFS_ENTRY_SIZE } from '../system-use/zisofs-entry.ts';

/** The system use entries of a record: those in the record itself, and those that it has no room for. */
export interface RecordEntries {
  readonly inline: readonly Uint8Array[];
  readonly continued: readonly Uint8Array[];
}

/** The entries of a file under one of its names; where it may be compressed, the record keeps room for the entry that says so. */
export function fileEntries(
  { inode, name }: { readonly inode: PlannedInode; readonly name: Uint8Array },
  { identifierLength, mayCompress }: { readonly identifierLength: number; readonly mayCompress: boolean },
): RecordEntries {
  const { node } = inode;
  const entries = [...commonEntries(inode)];
  if ('device' in node) entries.push(serializeDeviceNumber(node.device));
  entries.push(...serializeAlternateName(name));
  if (node.type === 'symlink') entries.push(...serializeSymbolicLink(encodeFileName(node.target)));
  const reserved = mayCompress ? ZISOFS_ENTRY_SIZE : 0;
  return split(entries, MAXIMUM_RECORD_LENGTH - recordLength(identifierLength) - reserved);
}

/** The entries of the record that a directory has for itself or for the one that has it. */
export function linkEntries(inode: PlannedInode): RecordEntries {
  return { inline: commonEntries(inode), continued: [] };
}

/** The entries of the record that the root has for itself: they announce all others. */
export function rootEntries(inode: PlannedInode): RecordEntries {
  return {
    inline: [serializeSharingProtocol(), ...commonEntries(inode)],
    continued: [serializeRockRidgeReference()],
  };
}

/** Bytes that the entries take in their record, with the pointer to those that are continued elsewhere. */
export function inlineLength({ inline, continued }: RecordEntries): number {
  return lengthOf(inline) + (continued.length > 0 ? CONTINUATION_ENTRY_SIZE : 0);
}

function commonEntries({ node, links, number }: PlannedInode): Uint8Array[] {
  const { mode, uid, gid, mtime } = node;
  const type: FileType = node.type;
  return [serializePosixAttributes({ type, mode, links, uid, gid, serial: number }), serializeTimeStamps(mtime)];
}

function split(entries: readonly Uint8Array[], room: number): RecordEntries {
  if (lengthOf(entries) <= room) return { inline: entries, continued: [] };
  let count = 0;
  let left = room - CONTINUATION_ENTRY_SIZE;
  for (const entry of entries) {
    left -= entry.length;
    if (left < 0) break;
    count += 1;
  }
  return { inline: entries.slice(0, count), continued: entries.slice(count) };
}
