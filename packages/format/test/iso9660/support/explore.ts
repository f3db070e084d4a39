import type { Decompressors } from '../../../src/compression/codec.ts';
import type { ImageLimits } from '../../../src/filesystem/image-limits.ts';
import type { InputDirectory } from '../../../src/filesystem/input-tree.ts';
import type { FileEntry } from '../../../src/filesystem/readonly-file-system.ts';
import { type ByteSource, bufferSource } from '../../../src/io/byte-source.ts';
import { openIso9660 } from '../../../src/iso9660/read/open-iso9660.ts';
import { nodeDecompressors } from '../../../src/node/codecs.ts';
import { device, directory, file, ipc, noise, prose, symlink } from '../../support/trees.ts';

/** What a hostile image may ask for in tests. */
const LIMITS: ImageLimits = { depth: 16, entries: 200, listingLength: 65_536 };

/** How much of one file is read: a few bytes of image can claim any number of zeros. */
const MAXIMUM_READ = 1_048_576;

/** A few files of every kind; small, so that each byte of the image's directories can have its turn. */
export function smallTree(): InputDirectory {
  const linked = file('linked', { uid: 5, gid: 6 });
  return directory({
    prose: file(prose(70_000)),
    noise: file(noise(2500)),
    zeros: file(new Uint8Array(8192)),
    link: symlink('prose/../x'),
    'hard-1': linked,
    folder: directory({ 'hard-2': linked, fifo: ipc('fifo') }),
    device: device('character-device', 1, 3),
    ['long name '.repeat(20)]: symlink(`${'target/'.repeat(60)}end`),
  });
}

/** Opens an image, walks all of it and reads everything in it; answers the errors that it met, one for each thing that failed. */
export async function exploreIso(
  source: Uint8Array | ByteSource,
  decompressors: Decompressors = nodeDecompressors,
): Promise<unknown[]> {
  const errors: unknown[] = [];
  const attempt = async <Result>(action: () => Promise<Result>): Promise<Result | undefined> => {
    try {
      return await action();
    } catch (error) {
      errors.push(error);
      return undefined;
    }
  };
  const opened = source instanceof Uint8Array ? bufferSource(source) : source;
  const files = await attempt(() => openIso9660(opened, { decompressors, limits: LIMITS }));
  if (files === undefined) return errors;
  const entries: FileEntry[] = [];
  await attempt(async () => {
    for await (const entry of files.walk()) entries.push(entry);
  });
  await attempt(() => files.compression());
  for (const entry of entries) {
    await attempt(() => files.readXattrs(entry));
    await attempt(() => files.stat(entry.path));
    if (entry.stat.type === 'symlink') await attempt(() => files.readLink(entry));
    if (entry.stat.type !== 'file') continue;
    await attempt(async () => {
      let length = 0;
      for await (const piece of files.readFile(entry)) {
        length += piece.length;
        if (length > MAXIMUM_READ) return;
      }
    });
  }
  return errors;
}
