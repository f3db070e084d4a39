import { changeWatchDirs, readSettings } from '@appimage-js/integrator';
import { Command } from '@commander-js/extra-typings';
import { placesOf, SYSTEM_HELP } from '../integration.ts';
import { showPath } from '../output/printable.ts';
import type { Session } from '../session.ts';
import { UsageError } from '../usage-error.ts';

const ACTIONS = ['list', 'add', 'remove'] as const;

/** `appimage watch-dirs` */
export function watchDirsCommand(session: Session) {
  return new Command('watch-dirs')
    .description('Lists and changes the folders whose AppImages are integrated; ~/Applications unless said otherwise.')
    .argument('[ACTION]', ACTIONS.join(', '), 'list')
    .argument('[DIR...]', 'for add and remove')
    .option('--system', SYSTEM_HELP)
    .action(async (action, folders, options) => {
      const places = placesOf(session, options);
      const known = ACTIONS.find((each) => each === action);
      if (known === undefined) throw new UsageError(`ACTION must be ${ACTIONS.join(', ')}, found ${action}`);
      if ((known === 'list') !== (folders.length === 0)) {
        throw new UsageError(`Cannot ${known} folders: ${known === 'list' ? 'expected no DIR' : 'missing DIR'}`);
      }
      const watched =
        known === 'list' ? (await readSettings(places)).watch : await changeWatchDirs(places, { [known]: folders });
      if (session.settings.json) return await session.printJson(watched);
      for (const folder of watched) await session.stdout.write(`${showPath(folder)}\n`);
    });
}
