import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ioError } from '@appimage-js/format/node';
import { thumbnailFile } from '@appimage-js/integrator';
import { Command } from '@commander-js/extra-typings';
import { showPath } from '../output/printable.ts';
import type { Session } from '../session.ts';
import { UsageError } from '../usage-error.ts';
import { parseWholeNumber } from '../values/numbers.ts';

const DEFAULT_SIZE = 256;

/** `appimage thumbnail` */
export function thumbnailCommand(session: Session) {
  return new Command('thumbnail')
    .description(
      'Writes a picture of an AppImage, its icon, as PNG. This is what file managers start where they have no thumbnail of a file; ' +
        'nothing from the image is run.',
    )
    .argument('<FILE>', 'an AppImage: a path or a file: URI')
    .argument('<OUT>', 'the PNG to write')
    .option('--size <PIXELS>', 'at most so many in a direction, up to 1024', parseWholeNumber, DEFAULT_SIZE)
    .action(async (file, out, { size }) => {
      if (size === 0) throw new UsageError('--size must be at least 1 pixel, found 0');
      const png = await thumbnailFile(pathOf(file), { size, signal: session.signal });
      await writeFile(out, png).catch((cause: unknown) => {
        throw ioError(`Cannot write ${out}`, out, cause);
      });
      if (session.settings.json) await session.printJson({ path: out, bytes: png.length });
      else await session.summary(`Wrote ${showPath(out)}`);
    });
}

function pathOf(file: string): string {
  if (!file.startsWith('file:')) return file;
  try {
    return fileURLToPath(file);
  } catch (cause) {
    throw new UsageError(`FILE must be a path, or a file: URI of this machine, found ${file}`, { cause });
  }
}
