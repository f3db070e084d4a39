/*
 * A resource in an ELF file: a section of any name whose content begins with five bytes that say so. Numbers are
 * little-endian, as on every architecture of AppImages.
 * Source: libr 0.6.0, the library of the elficon specification.
 */
import { AppImageError } from '../../errors.ts';

/** "RES1": a resource of the specification's first version. */
const MAGIC = Uint8Array.of(0x52, 0x45, 0x53, 0x31);
const HEADER_SIZE = 5;
/** Stored as it is; 1 is compressed by zlib, behind the content's length in 32 bits. */
const UNCOMPRESSED = 0;

/**
 * The content of a section that is a resource; undefined for other sections.
 *
 * @throws AppImageError `unsupported` for a resource that is compressed
 */
export function parseResource(section: Uint8Array): Uint8Array | undefined {
  if (section.length < HEADER_SIZE || !MAGIC.every((byte, index) => section[index] === byte)) return undefined;
  const storage = section[4]; // 4  how the content is stored
  if (storage === UNCOMPRESSED) return section.subarray(HEADER_SIZE);
  throw new AppImageError(
    'unsupported',
    `Cannot read ELF resource: it must be stored with method ${UNCOMPRESSED}, found ${storage}`,
  );
}

/** The mirror of {@link parseResource}: not compressed, as what is embedded is compressed already. */
export function serializeResource(content: Uint8Array): Uint8Array {
  const section = new Uint8Array(HEADER_SIZE + content.length);
  section.set(MAGIC); //            0  "RES1"
  section[4] = UNCOMPRESSED; //     4  how the content is stored
  section.set(content, HEADER_SIZE);
  return section;
}
