import { changeWatchDirs, readSettings } from '@appimage-js/integrator';
import { Argument, Command } from '@commander-js/extra-typings';
import { placesOf, SYSTEM_HELP } from '../integration.ts';
import { showPath } from '../output/printable.ts';
import type { Session } from '../session.ts';
import { UsageError } from '../usage-error.ts';

const ACTIONS = ['list', 'add', 'remove'] as const;

/** `appimage watch-dirs` */
export function watchDirsCommand(session: Session) {
  return new Command('watch-dirs')
    .description('Lists and changes the folders whose AppImages are integrated; ~/Applications unless said otherwise.')
    .addArgument(new Argument('[ACTION]', 'what to do').choices(ACTIONS).default(ACTIONS[0]))
    .argument('[DIR...]', 'for add and remove')
    .option('--system', SYSTEM_HELP)
    .action(async (action, folders, options) => {
      const places = placesOf(session, options);
      if ((action === 'list') !== (folders.length === 0)) {
        throw new UsageError(`Cannot ${action} folders: ${action === 'list' ? 'expected no DIR' : 'missing DIR'}`);
      }
      if (folders.includes('')) throw new UsageError(`Cannot ${action} folders: DIR must not be empty`);
      const watched =
        action === 'list' ? (await readSettings(places)).watch : await changeWatchDirs(places, { [action]: folders });
      if (session.settings.json) return await session.printJson(watched);
      for (const folder of watched) await session.stdout.write(`${showPath(folder)}\n`);
    });
}
