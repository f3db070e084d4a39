import { type ExtractedFileSystem, extractFileSystem } from '@appimage-js/format/node';
import { Command } from '@commander-js/extra-typings';
import { showPath } from '../output/printable.ts';
import { startProgress } from '../output/progress.ts';
import { formatFileCount, formatSize } from '../output/size.ts';
import type { selectEntries } from '../select-entries.ts';
import type { Session } from '../session.ts';
import { UsageError } from '../usage-error.ts';
import { withImage } from '../with-image.ts';

/** Where an AppImage that is told to extract itself puts its files, too. */
const DEFAULT_DIRECTORY = 'squashfs-root';

/** `appimage extract` */
export function extractCommand(session: Session) {
  return new Command('extract')
    .description(
      'Unpacks an AppImage into a directory, which must be new or empty. Nothing is written outside of it, and nothing is ' +
        'left when it fails. Owners, devices and extended attributes are not unpacked.',
    )
    .argument('<FILE>', 'an AppImage or a bare file system image: a path or a URL')
    .argument(
      '[PATTERN...]',
      'only what matches ("usr/bin", "*.desktop", "usr/share/**/*.png"), and what links in it need',
    )
    .option('-d, --directory <DIR>', 'the directory', DEFAULT_DIRECTORY)
    .action(async (file, patterns, { directory }) => {
      if (directory === '') throw new UsageError('Cannot extract: directory must be a path, found ""');
      const { signal } = session;
      const extracted = await withImage(session, file, async ({ files }) => {
        using progress = await startProgress(session, `Extracting ${file}`);
        const filter = patterns.length === 0 ? undefined : await loadSelection(files, patterns, { signal });
        return extractFileSystem(files, directory, {
          signal,
          ...(filter && { filter }),
          onProgress: (done) =>
            progress.update(`Extracting: ${formatFileCount(done.files)}, ${formatSize(done.bytes)}`),
        });
      });
      if (session.settings.json) await session.printJson(extracted);
      else await printExtracted(session, extracted);
    });
}

/** The code for patterns is loaded only where there are any. */
const loadSelection: typeof selectEntries = async (...args) => {
  const { selectEntries } = await import('../select-entries.ts');
  return selectEntries(...args);
};

async function printExtracted(
  session: Session,
  { directory, files, bytes, skipped }: ExtractedFileSystem,
): Promise<void> {
  for (const { path, type } of skipped) session.note(`Left out ${showPath(path)}, a ${type.replace('-', ' ')}`);
  await session.summary(`Extracted ${formatFileCount(files)}, ${formatSize(bytes)}, into ${showPath(directory)}`);
}
