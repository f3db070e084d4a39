import { readOptOut } from '@appimage-js/integrator';
import { Command } from '@commander-js/extra-typings';
import { placesOf, SYSTEM_HELP, syncFolders } from '../integration.ts';
import type { Session } from '../session.ts';

/** `appimage sync` */
export function syncCommand(session: Session) {
  return new Command('sync')
    .description(
      'Makes the menu show the AppImages in the watched folders that may be executed, and takes away what belongs to those that are gone. ' +
        'Doing it again changes nothing. Where the user or the host wants no integration, nothing is done, unless --force is given.',
    )
    .option('--system', SYSTEM_HELP)
    .option('--force', 'also where no_desktopintegration or DESKTOPINTEGRATION says no')
    .action(async (options) => {
      const places = placesOf(session, options);
      const reason = options.force === true ? undefined : readOptOut(places, session.environment);
      if (reason !== undefined) {
        if (session.settings.json) await session.printJson({ state: 'opted-out', reason });
        else await session.summary(`Nothing is integrated here: ${reason}`);
        return;
      }
      const result = await syncFolders(session, places);
      if (session.settings.json) return await session.printJson({ state: 'done', ...result });
      const shown = result.images.filter(({ leftAlone }) => leftAlone === null).length;
      const { written, removed } = result;
      await session.summary(
        `${shown} of ${result.images.length} AppImages are in the menu; ${written.length} files written, ${removed.length} removed`,
      );
    });
}
