import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  AUTOSTART_ENTRY,
  changeSettings,
  hasUserManager,
  type Places,
  readServiceUnits,
  readSettings,
  type ServiceSettings,
  startUnits,
  stopUnits,
} from '@appimage-js/integrator';
import { Argument, Command, Option } from '@commander-js/extra-typings';
import { placesOf, syncFolders } from '../integration.ts';
import { printable } from '../output/printable.ts';
import type { Session } from '../session.ts';

const ACTIONS = ['status', 'install', 'remove'] as const;
const KINDS = ['daemon', 'sync'] as const;

/** `appimage service` */
export function serviceCommand(session: Session) {
  return new Command('service')
    .description(
      'Keeps the menu in step by itself from the login on: "daemon" watches all the time, "sync" leaves nothing running and syncs ' +
        "when something has changed, and every hour. Units of systemd do that where it manages the user's services, an entry of " +
        'the autostart elsewhere. "remove" takes all of it away again; the menu stays as it is.',
    )
    .addArgument(new Argument('[ACTION]', 'what to do').choices(ACTIONS).default(ACTIONS[0]))
    .addOption(new Option('--with <KIND>', 'for install: what keeps it in step').choices(KINDS).default(KINDS[0]))
    .option('--autostart', 'for install: by an entry of the autostart, also where systemd is')
    .action(async (action, options) => {
      const places = placesOf(session, {});
      switch (action) {
        case 'status':
          return await printStatus(session, places);
        case 'install':
          return await install(session, places, { with: options.with, isAutostart: options.autostart === true });
        case 'remove':
          return await remove(session, places);
      }
    });
}

async function install(
  session: Session,
  places: Places,
  { with: kind, isAutostart }: { readonly with: ServiceSettings['with']; readonly isAutostart: boolean },
): Promise<void> {
  const { environment, signal } = session;
  const isManaged = await hasUserManager(places, { environment, signal });
  const service: ServiceSettings = { with: kind, start: isManaged && !isAutostart ? 'systemd' : 'autostart' };
  if (isManaged) await stopUnits({ environment, signal });
  await changeSettings(places, { service });
  await syncFolders(session, places);
  if (service.start === 'systemd') await startUnits(kind, { environment, signal });
  if (session.settings.json) return await session.printJson(await readStatus(session, places));
  const [runs, what] = kind === 'daemon' ? ['The daemon runs', 'The daemon'] : ['The folders are watched', 'A sync'];
  await session.summary(
    service.start === 'systemd'
      ? `${runs}, now and from every login on`
      : `${what} is started by the desktop from the next login on`,
  );
}

async function remove(session: Session, places: Places): Promise<void> {
  const { environment, signal } = session;
  if (await hasUserManager(places, { environment, signal })) await stopUnits({ environment, signal });
  await changeSettings(places, { service: null });
  await syncFolders(session, places);
  if (session.settings.json) await session.printJson(await readStatus(session, places));
  else await session.summary('Nothing is started by itself any more');
}

/** What is asked for, and what is there of it. */
async function readStatus(session: Session, places: Places) {
  const { environment, signal } = session;
  const { service, watch } = await readSettings(places);
  const isManaged = await hasUserManager(places, { environment, signal });
  const units =
    service?.start === 'systemd' && isManaged ? await readServiceUnits(service.with, { environment, signal }) : [];
  return { service, watch, isManaged, units, autostart: existsSync(join(places.config, AUTOSTART_ENTRY)) };
}

async function printStatus(session: Session, places: Places): Promise<void> {
  const status = await readStatus(session, places);
  const { service, units, isManaged } = status;
  const isWell = units.every(({ active, enabled }) => active === 'active' && enabled === 'enabled');
  if (service !== null && !(isWell && (service.start === 'autostart' || isManaged))) session.exitStatus = 1;
  if (session.settings.json) return await session.printJson(status);
  await session.summary(sentence(service, isManaged));
  for (const { unit, load, active, enabled } of units) {
    await session.stdout.write(`${printable(unit)}  ${[active, enabled || load].map(printable).join(', ')}\n`);
  }
}

function sentence(service: ServiceSettings | null, isManaged: boolean): string {
  if (service === null) return 'Nothing is started by itself; "appimage service install" changes that';
  const what = service.with === 'daemon' ? 'The daemon' : 'Syncs';
  if (service.start === 'autostart') return `${what}: started by the desktop at every login`;
  return isManaged ? `${what}: by systemd` : `${what}: by systemd, which does not manage the services of this session`;
}
