import { damaged } from '../../filesystem/damage.ts';
import type { ByteSource, ReadOptions } from '../../io/byte-source.ts';
import { concatBytes } from '../../io/concat-bytes.ts';
import { SharedCache } from '../../io/shared-cache.ts';
import type { DirectoryRecord } from '../directory-record.ts';
import { parseAlternateName } from '../system-use/alternate-name.ts';
import { parseAttributeBytes, parseAttributes } from '../system-use/arbitrary-attributes.ts';
import { parseChildLink } from '../system-use/child-link.ts';
import { type ContinuationArea, parseContinuationArea } from '../system-use/continuation-area.ts';
import { type DeviceNumber, parseDeviceNumber } from '../system-use/device-number.ts';
import { parseEntries, type SystemUseEntry } from '../system-use/entry.ts';
import { parseExtensionsReference } from '../system-use/extensions-reference.ts';
import { type PosixAttributes, parsePosixAttributes } from '../system-use/posix-attributes.ts';
import { TargetCollector } from '../system-use/symbolic-link.ts';
import { parseModificationTime } from '../system-use/time-stamps.ts';
import { parseZisofsEntry, type ZisofsEntry } from '../system-use/zisofs-entry.ts';

/** Areas that one record may go on in, and their bytes: far more than Linux allows a file's name, target and attributes. */
const MAXIMUM_AREAS = 1024;
const MAXIMUM_AREA_BYTES = 4 * 1_048_576;

/** Continuation areas lie next to each other; so much is read around one, and so many such stretches are kept. */
const CHUNK_BYTES = 32_768;
const CACHED_CHUNKS = 16;

/** How messages call what is read here. */
const WHAT = 'continuation area of a directory record';

/** What the system use entries of a record say. */
export interface SystemUse {
  posix?: PosixAttributes;
  device?: DeviceNumber;
  /** Pieces of the name. */
  readonly name: Uint8Array[];
  target?: TargetCollector;
  modifiedAt?: number;
  /** Logical block of the directory that this record stands for. */
  childLink?: number;
  /** Whether the record is to be left out, because it is found elsewhere. */
  relocated: boolean;
  sparse: boolean;
  zisofs?: ZisofsEntry;
  /** Pieces of its extended attributes. */
  readonly attributes: Uint8Array[];
  /** Whether an extension is announced that is Rock Ridge. */
  rockRidge: boolean;
}

/** Where system use entries are read from. */
export interface SystemUseReaderOptions {
  readonly source: ByteSource;
  readonly logicalBlockSize: number;
}

/** Told how many bytes of continuation areas are about to be read; throws where that is too much. */
export type OnContinuation = (length: number) => void;

/** Reads the system use entries of records, wherever they go on. */
export class SystemUseReader {
  readonly #source: ByteSource;
  readonly #blockSize: number;
  readonly #chunks = new SharedCache<number, Uint8Array>(CACHED_CHUNKS);

  constructor({ source, logicalBlockSize }: SystemUseReaderOptions) {
    this.#source = source;
    this.#blockSize = logicalBlockSize;
  }

  /**
   * What a record's entries say.
   *
   * @param skip bytes of its system use field that belong to somebody else
   */
  async read(
    { systemUse, systemUseOffset }: DirectoryRecord,
    { skip, onContinuation, ...options }: ReadOptions & { skip: number; onContinuation: OnContinuation },
  ): Promise<SystemUse> {
    const found: SystemUse = { name: [], relocated: false, sparse: false, attributes: [], rockRidge: false };
    let area = collect(parseEntries(systemUse.subarray(skip), systemUseOffset + skip), found);
    let total = 0;
    for (let areas = 1; area !== undefined; areas++) {
      const offset = area.block * this.#blockSize + area.offset;
      total += area.length;
      if (areas > MAXIMUM_AREAS || total > MAXIMUM_AREA_BYTES) {
        const reason = `there must be at most ${MAXIMUM_AREAS} with ${MAXIMUM_AREA_BYTES} bytes for a record, found more`;
        throw damaged('malformed', reason, { what: WHAT, offset });
      }
      onContinuation(area.length);
      const bytes = await this.#continuation(offset, area.length, options);
      area = collect(parseEntries(bytes, offset), found);
    }
    return found;
  }

  async #continuation(offset: number, length: number, { signal }: ReadOptions): Promise<Uint8Array> {
    const end = offset + length;
    if (end > this.#source.size) {
      const reason = `it must end within ${this.#source.size} bytes, found ${length} bytes`;
      throw damaged('out-of-bounds', reason, { what: WHAT, offset });
    }
    const bytes = new Uint8Array(length);
    for (let position = offset; position < end; ) {
      const start = position - (position % CHUNK_BYTES);
      const chunk = await this.#chunks.get(start, (shared) => this.#readChunk(start, shared), signal);
      const piece = chunk.subarray(position - start, end - start);
      bytes.set(piece, position - offset);
      position += piece.length;
    }
    return bytes;
  }

  #readChunk(start: number, signal: AbortSignal): Promise<Uint8Array> {
    return this.#source.read(start, Math.min(CHUNK_BYTES, this.#source.size - start), { signal });
  }
}

/** The extended attributes of a record by full name. */
export function extendedAttributes({ attributes }: SystemUse, base: number): Map<string, Uint8Array> {
  return parseAttributes(concatBytes(attributes), base);
}

/** Takes in the entries of one area; answers where they go on. */
function collect(entries: Iterable<SystemUseEntry>, found: SystemUse): ContinuationArea | undefined {
  let next: ContinuationArea | undefined;
  for (const entry of entries) {
    if (entry.signature === 'CE') next = parseContinuationArea(entry.record);
    else take(entry, found);
  }
  return next;
}

/** Signatures that are not named here say nothing about what a reader wants to know. */
function take({ signature, version, record }: SystemUseEntry, found: SystemUse): void {
  switch (signature) {
    case 'PX':
      found.posix = parsePosixAttributes(record);
      break;
    case 'PN':
      found.device = parseDeviceNumber(record);
      break;
    case 'SL':
      found.target ??= new TargetCollector();
      found.target.add(record);
      break;
    case 'NM': {
      const piece = parseAlternateName(record);
      if (piece !== undefined) found.name.push(piece);
      break;
    }
    case 'TF': {
      const modifiedAt = parseModificationTime(record);
      if (modifiedAt !== undefined) found.modifiedAt = modifiedAt;
      break;
    }
    case 'CL':
      found.childLink = parseChildLink(record);
      break;
    case 'RE':
      found.relocated = true;
      break;
    case 'SF':
      found.sparse = true;
      break;
    case 'ZF':
    case 'Z2':
      found.zisofs = parseZisofsEntry(record, version);
      break;
    case 'AL':
      found.attributes.push(parseAttributeBytes(record));
      break;
    case 'ER':
      if (parseExtensionsReference(record).rockRidge) found.rockRidge = true;
      break;
    default:
  }
}
