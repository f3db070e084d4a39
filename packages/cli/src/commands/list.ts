import { findForeign, type ManifestImage, readManifest } from '@appimage-js/integrator';
import { Command } from '@commander-js/extra-typings';
import { printForeign } from '../foreign-entries.ts';
import { placesOf, SYSTEM_HELP } from '../integration.ts';
import { printable, showPath } from '../output/printable.ts';
import type { Session } from '../session.ts';

/** `appimage list` */
export function listCommand(session: Session) {
  return new Command('list')
    .description('Lists the AppImages that are known to the menu, and why others are not in it.')
    .option('--foreign', 'list the menu entries of other integrators instead, and what is left of them')
    .option('--system', SYSTEM_HELP)
    .action(async (options) => {
      if (options.foreign === true) {
        const findings = await findForeign(placesOf(session, options), { signal: session.signal });
        return session.settings.json ? await session.printJson(findings) : await printForeign(session, findings);
      }
      const { images } = (await readManifest(placesOf(session, options))).manifest;
      if (session.settings.json) return await session.printJson(images);
      for (const image of images) await session.stdout.write(`${lineOf(image)}\n`);
      if (images.length === 0) await session.summary('No AppImage is integrated');
    });
}

function lineOf({ name, version, path, leftAlone, away }: ManifestImage): string {
  const what = [name ?? 'without a name', version ?? ''].filter((each) => each !== '').join(' ');
  return `${printable(what)}  ${showPath(path)}${stateOf(leftAlone, away)}`;
}

function stateOf(leftAlone: string | null, isAway: boolean): string {
  if (isAway) return ', away with its medium';
  return leftAlone === null ? '' : `, not in the menu: ${printable(leftAlone)}`;
}
