import { type Elf, readElf } from '../../src/elf/index.ts';
import { bufferSource } from '../../src/io/byte-source.ts';
import { makeElf } from '../elf/make-elf.ts';
import { noise } from '../support/trees.ts';

/** What the sections hold; one that is undefined is not there. */
export interface SectionContents {
  readonly signature?: string | Uint8Array | undefined;
  readonly key?: string | Uint8Array | undefined;
  readonly digest?: Uint8Array | undefined;
}

const EMPTY: SectionContents = { signature: '', key: '', digest: new Uint8Array(16) };

/** A runtime with the sections of a signature and a payload of noise behind it. */
export async function makeRuntime(
  contents: SectionContents = {},
  payloadLength = 10_000,
): Promise<{ readonly bytes: Uint8Array; readonly elf: Elf }> {
  const { signature, key, digest } = { ...EMPTY, ...contents };
  const elf = makeElf({
    sections: [
      { name: '.text', bytes: noise(3000) },
      ...section('.digest_md5', digest, 16),
      ...section('.upd_info', '', 1024),
      ...section('.sha256_sig', signature, 1024),
      ...section('.sig_key', key, 8192),
      { name: '.data', bytes: noise(500, 2) },
    ],
  });
  const bytes = new Uint8Array(Buffer.concat([elf, noise(payloadLength, 3)]));
  return { bytes, elf: await readElf(bufferSource(bytes)) };
}

function section(name: string, content: string | Uint8Array | undefined, size: number) {
  if (content === undefined) return [];
  const bytes = new Uint8Array(size);
  bytes.set(typeof content === 'string' ? new TextEncoder().encode(content) : content);
  return [{ name, bytes }];
}
