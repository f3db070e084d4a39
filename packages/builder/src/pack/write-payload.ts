import { hash } from 'node:crypto';
import {
  type ByteSink,
  type ContentRank,
  type InputDirectory,
  SYSTEM_AREA_SIZE,
  serializeUpdateInformation,
  type WriteProgress,
  windowSink,
  writeIso9660,
  writeSquashfs,
} from '@appimage-js/format';
import { nodeCompressor, type WritableCompression } from '@appimage-js/format/node';
import type { PayloadFormat } from './payload-format.ts';

/** What {@link writePayload} writes, and where. */
export interface PayloadInput {
  readonly root: InputDirectory;
  readonly format: PayloadFormat;
  /** The image. */
  readonly sink: ByteSink;
  /** Where in the image the payload begins. */
  readonly offset: number;
  /** Time of the file system's creation, in seconds since 1970. */
  readonly mkfsTime: number;
  /** Of an ISO 9660 file system only, which has a place for it. */
  readonly updateInformation: string | null;
  /** Of an ISO 9660 file system only: the application's name. */
  readonly volumeName: string;
  readonly contentRank?: ContentRank | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: WriteProgress) => void) | undefined;
}

/** A payload in the image, of whichever file system. */
export interface WrittenPayload {
  /** Bytes written, padding included. */
  readonly length: number;
  /** The bytes that say what the payload is, from the start of the image: the runtime knows an image by their SHA-256. */
  readonly digested: { readonly offset: number; readonly length: number };
  readonly inodeCount: number;
  /** Bytes of file contents in the tree, hard links counted once. */
  readonly contentBytes: number;
  /** Of these, bytes that were not stored because another file has the same content. */
  readonly duplicateBytes: number;
}

const MAXIMUM_VOLUME_ID_LENGTH = 32;

/**
 * Writes a tree as a file system into the image.
 *
 * @throws AppImageError `io` when a content can not be read, changes meanwhile or can not be written, `limit` for what the
 *   file system can not hold
 */
export async function writePayload(input: PayloadInput): Promise<WrittenPayload> {
  return input.format.kind === 'iso9660' ? await writeType1(input) : await writeType2(input);
}

async function writeType2(input: PayloadInput): Promise<WrittenPayload> {
  const { sink, offset, format } = input;
  const { compression, level, blockSize } = format;
  const written = await writeSquashfs({
    ...common(input),
    sink: windowSink(sink, offset),
    compressor: nodeCompressor(compression as WritableCompression, level),
    blockSize,
  });
  return { ...written, digested: { offset, length: written.bytesUsed } };
}

/** The system area, where the program of type 1 is, is no part of the digest: it has a place for it. */
async function writeType1(input: PayloadInput): Promise<WrittenPayload> {
  const { sink, format, updateInformation, volumeName } = input;
  const { compression, level, blockSize } = format;
  const written = await writeIso9660({
    ...common(input),
    sink,
    volumeId: volumeId(volumeName),
    ...(compression === 'none' ? {} : { compressor: nodeCompressor('gzip', level), blockSize }),
    ...(updateInformation === null ? {} : { applicationUse: serializeUpdateInformation(updateInformation) }),
  });
  return { ...written, digested: { offset: SYSTEM_AREA_SIZE, length: written.length - SYSTEM_AREA_SIZE } };
}

function common({ root, mkfsTime, contentRank, signal, onProgress }: PayloadInput) {
  const sha256 = (bytes: Uint8Array) => hash('sha256', bytes, 'buffer');
  return { root, mkfsTime, sha256, signal, ...(contentRank && { contentRank }), ...(onProgress && { onProgress }) };
}

/** What file managers show where the image is mounted as a medium. */
function volumeId(name: string): string {
  const printable = name.replace(/[^ -~]+/g, '_').trim();
  return printable.slice(0, MAXIMUM_VOLUME_ID_LENGTH) || 'AppImage';
}
