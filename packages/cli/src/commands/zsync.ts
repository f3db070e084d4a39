import { makeControlFile } from '@appimage-js/updater';
import { Command, InvalidArgumentError } from '@commander-js/extra-typings';
import { showPath } from '../output/printable.ts';
import { startProgress } from '../output/progress.ts';
import { formatBlockSize, formatExactSize, formatSize } from '../output/size.ts';
import type { Session } from '../session.ts';
import { rethrowUsage } from '../usage-error.ts';
import { parseByteCount } from '../values/numbers.ts';

/** `appimage zsync` */
export function zsyncCommand(session: Session) {
  return new Command('zsync')
    .description(
      'Writes the control file that lets clients of zsync, "appimage update" among them, fetch only what differs between ' +
        'versions. It is published beside the AppImage, and its URL is what the update information of older versions names.',
    )
    .argument('<FILE>', 'an AppImage, or any file')
    .option('-o, --output <FILE>', 'the control file (default: FILE.zsync); one that is there is replaced')
    .option(
      '--url <URL>',
      'where FILE will be, absolute or relative to the control file; repeatable (default: its name)',
      collect,
    )
    .option(
      '--block-size <N>',
      'a power of two, up to 16M, or "auto": what costs fewest bytes with the control file (default: auto)',
      parseBlockSize,
    )
    .option('--against <OLD>', 'an older version, to measure with which block size an update costs fewest bytes')
    .action(async (file, { output, url, blockSize, against }) => {
      const made = await showingProgress(session, file, (onProgress) =>
        makeControlFile({
          file,
          ...(output !== undefined && { output }),
          ...(url && { urls: url }),
          ...(blockSize !== undefined && { blockSize }),
          ...(against !== undefined && { against }),
          signal: session.signal,
          onProgress,
        }),
      ).catch(rethrowUsage);
      if (session.settings.json) return session.printJson(made);
      for (const { blockSize: size, controlFileSize, bytesToFetch } of made.measured) {
        session.note(
          `Blocks of ${formatBlockSize(size)}: ${formatSize(bytesToFetch)} to fetch, control file of ${formatSize(controlFileSize)}`,
        );
      }
      const { path, size, blockSize: chosen, length } = made;
      await session.summary(
        `Wrote ${showPath(path)}: ${formatExactSize(size)}, for ${formatSize(length)} in blocks of ${formatBlockSize(chosen)}`,
      );
    });
}

async function showingProgress<Result>(
  session: Session,
  file: string,
  work: (onProgress: (done: number, total: number) => void) => Promise<Result>,
): Promise<Result> {
  using progress = await startProgress(session, `Reading ${file}`);
  return await work((done, total) => progress.update(`Summing up: ${Math.floor((100 * done) / Math.max(1, total))} %`));
}

function collect(value: string, previous: string[] = []): string[] {
  if (value === '' || /[\s\p{Cc}]/u.test(value))
    throw new InvalidArgumentError('It must be a URL, absolute or relative');
  return [...previous, value];
}

function parseBlockSize(text: string): number | 'auto' {
  return text === 'auto' ? text : parseByteCount(text);
}
