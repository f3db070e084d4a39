/*
 * Devices, FIFOs and sockets.
 * Source: struct squashfs_dev_inode, squashfs_ipc_inode and their extended forms, fs/squashfs/squashfs_fs.h in Linux.
 */
import type { RecordReader } from '../io/record-reader.ts';
import { RecordWriter } from '../io/record-writer.ts';
import { type InodeHeader, type InodeStart, NO_XATTRS } from './inode-header.ts';

export interface DeviceInodeBody {
  readonly type: 'block-device' | 'character-device';
  readonly links: number;
  readonly device: { readonly major: number; readonly minor: number };
  readonly xattrIndex: number;
}

export interface IpcInodeBody {
  readonly type: 'fifo' | 'socket';
  readonly links: number;
  readonly xattrIndex: number;
}

/** Parses what follows the header of a device's, FIFO's or socket's inode. */
export function parseSpecialInode(
  record: RecordReader,
  type: (DeviceInodeBody | IpcInodeBody)['type'],
  { header, extended }: InodeStart,
): InodeHeader & (DeviceInodeBody | IpcInodeBody) {
  const links = record.uint32(); //                             16  nlink
  if (type === 'fifo' || type === 'socket') {
    const xattrIndex = extended ? record.uint32() : NO_XATTRS; // 20  xattr
    return { ...header, type, links, xattrIndex };
  }
  const device = parseDevice(record.uint32()); //               20  rdev
  const xattrIndex = extended ? record.uint32() : NO_XATTRS; // 24  xattr
  return { ...header, type, links, device, xattrIndex };
}

/** Serializes a device, FIFO or socket: extended where it has attributes. */
export function serializeSpecialBody(body: DeviceInodeBody | IpcInodeBody): {
  readonly extended: boolean;
  readonly bytes: Uint8Array;
} {
  const extended = body.xattrIndex !== NO_XATTRS;
  const isDevice = 'device' in body;
  const writer = new RecordWriter(4 + (isDevice ? 4 : 0) + (extended ? 4 : 0)).uint32(body.links); // 16  nlink
  if (isDevice) writer.uint32(serializeDevice(body.device)); // 20  rdev
  if (extended) writer.uint32(body.xattrIndex); // 20 or 24  xattr
  return { extended, bytes: writer.bytes };
}

/** Linux's 32-bit device number: 12 bits of major between the low 8 and the high 12 bits of minor (`new_encode_dev`). */
function parseDevice(number: number): { major: number; minor: number } {
  return { major: (number >>> 8) & 0xfff, minor: (number & 0xff) | ((number >>> 12) & 0xf_ff00) };
}

function serializeDevice({ major, minor }: { readonly major: number; readonly minor: number }): number {
  return ((minor & 0xff) | (major << 8) | ((minor & 0xf_ff00) << 12)) >>> 0;
}
