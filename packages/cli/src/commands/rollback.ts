import { defaultDataFolder, type KeptVersion, listKeptVersions, rollbackAppImage } from '@appimage-js/updater';
import { Command } from '@commander-js/extra-typings';
import { showReplaced } from '../known-images.ts';
import { showPath } from '../output/printable.ts';
import { formatSize } from '../output/size.ts';
import type { Session } from '../session.ts';

/** `appimage rollback` */
export function rollbackCommand(session: Session) {
  return new Command('rollback')
    .description(
      'Puts the version of an AppImage that was replaced last into its place again, in one step. The one that was there is kept in its ' +
        'turn, and update does not bring it again unless it is told to; a second rollback does.',
    )
    .argument('<FILE>', 'an AppImage')
    .option('--list', 'only list the versions that are kept')
    .option('--to <VERSION>', 'another one of those: its version, its number, or the start of its SHA-256')
    .action(async (file, { list, to }) => {
      if (list) return await printVersions(session, file, await listKeptVersions(file));
      const dataFolder = defaultDataFolder(session.environment);
      const result = await rollbackAppImage(file, { to, dataFolder, signal: session.signal });
      await showReplaced(session, [file]);
      if (session.settings.json) return await session.printJson(result);
      const { restored, kept } = result;
      await session.summary(`${showPath(file)}: ${nameOf(restored)} is back, in place of ${nameOf(kept)}`);
    });
}

async function printVersions(session: Session, file: string, versions: readonly KeptVersion[]): Promise<void> {
  if (session.settings.json) return await session.printJson(versions);
  if (versions.length === 0) return await session.summary(`${showPath(file)}: no old version is kept`);
  for (const version of versions) {
    const { sequence, keptAt, size } = version;
    const date = keptAt.toISOString().slice(0, 10);
    await session.stdout.write(`${sequence}  ${nameOf(version)}  replaced ${date}, ${formatSize(size)}\n`);
  }
}

function nameOf({ version, digest }: Pick<KeptVersion, 'version' | 'digest'>): string {
  return version ?? `version ${digest.slice(0, 8)}`;
}
