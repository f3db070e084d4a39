import { stat } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import {
  type AdoptResult,
  type CleanResult,
  type Places,
  planAdoption,
  planAppImages,
  planCleaning,
  previewSync,
  readSettings,
  type SyncResult,
} from '@appimage-js/integrator';
import { Command, Option } from '@commander-js/extra-typings';
import { adoptEntries, checkNobodyRuns, cleanEntries } from '../foreign-entries.ts';
import { placesOf, SYSTEM_HELP, syncFolders, whyStandBack } from '../integration.ts';
import { showPath } from '../output/printable.ts';
import { formatFileCount } from '../output/size.ts';
import { ownCommand } from '../own-command.ts';
import type { Session } from '../session.ts';

/** Folders that never come to rest have to wait for the next start. */
const MAXIMUM_ROUNDS = 10;

/** `appimage sync` */
export function syncCommand(session: Session) {
  return new Command('sync')
    .description(
      'Makes the menu show the AppImages in the watched folders that may be executed, and takes away what belongs to those that are gone. ' +
        'Doing it again changes nothing. Where the user or the host wants no integration, or another integrator is running, nothing ' +
        'new is shown, unless --force is given. What others show already is not shown twice; their entries are let be, unless ' +
        '--adopt or --clean is given.',
    )
    .option('--system', SYSTEM_HELP)
    .option('--force', 'also where no_desktopintegration, DESKTOPINTEGRATION or a running integrator says no')
    .option('--dry-run', 'only say what would be done')
    .option('--adopt', 'take over what other integrators show; their entries go to the trash once ours are there')
    .option('--clean', 'move what other integrators left of images that are gone to the trash')
    .addOption(
      new Option('--let-be', 'leave files alone whose paths come on standard input, each ended by a NUL').hideHelp(),
    )
    .addOption(new Option('--settle', 'do it again as long as files come to the watched folders or go').hideHelp())
    .action(async (options) => {
      const places = placesOf(session, options);
      const { force, adopt, clean } = options;
      const reason = force === true ? undefined : whyStandBack(session, places);
      if (options.dryRun === true) return await preview(session, places, { adopt, clean, reason });
      if ((adopt ?? clean) === true && force !== true) checkNobodyRuns();
      const onlyKnown = reason !== undefined;
      const unsettled = options.letBe === true ? { unsettled: await readPaths() } : {};
      const adoption = adopt === true ? await adoptEntries(session, places, { onlyKnown }) : undefined;
      const sync = () => syncFolders(session, places, { ...unsettled, onlyKnown });
      const result = adoption ?? (await (options.settle === true ? untilSettled(places, sync) : sync()));
      const cleaned = clean === true ? await cleanEntries(session, places) : undefined;
      await printResult(session, result, { adoption, cleaned, reason });
    });
}

/** As whoever starts it when a folder changes may not see what changes while it is going on. */
async function untilSettled<Result>(places: Places, sync: () => Promise<Result>): Promise<Result> {
  for (let round = 1; ; round++) {
    const before = await timesOfFolders(places);
    const result = await sync();
    if (round === MAXIMUM_ROUNDS || before === (await timesOfFolders(places))) return result;
  }
}

/** When something has come to the watched folders, or gone from them, the last time. */
async function timesOfFolders(places: Places): Promise<string> {
  const { watch } = await readSettings(places);
  const times = watch.map((folder) =>
    stat(folder, { bigint: true }).then(
      ({ mtimeNs }) => mtimeNs,
      () => 'none',
    ),
  );
  return (await Promise.all(times)).join(' ');
}

interface ResultOptions {
  readonly adoption: AdoptResult | undefined;
  readonly cleaned: CleanResult | undefined;
  /** Why nothing new was integrated; undefined where nothing says so. */
  readonly reason: string | undefined;
}

/** Says what a sync has done. */
async function printResult(
  session: Session,
  result: SyncResult,
  { adoption, cleaned, reason }: ResultOptions,
): Promise<void> {
  if (session.settings.json) {
    const state = reason === undefined ? { state: 'done' } : { state: 'opted-out', reason };
    return await session.printJson({ ...state, ...result, ...(cleaned && { cleaned: cleaned.trashed }) });
  }
  if (reason !== undefined) {
    await session.summary(`Nothing new is integrated here: ${reason}; --force does it all the same`);
  }
  const shown = result.images.filter(({ leftAlone }) => leftAlone === null).length;
  const { written, removed } = result;
  await session.summary(
    `${shown} of ${result.images.length} AppImages are in the menu; ${formatFileCount(written.length)} written, ${removed.length} removed`,
  );
  if (adoption !== undefined) await session.summary(`Menu entries of others taken over: ${adoption.adopted.length}`);
  const gone = (adoption?.trashed.length ?? 0) + (cleaned?.trashed.length ?? 0);
  if (gone > 0) await session.summary(`Files of others in the trash: ${gone}`);
}

interface PreviewOptions {
  readonly adopt: true | undefined;
  readonly clean: true | undefined;
  readonly reason: string | undefined;
}

/** Says what a sync would do. */
async function preview(session: Session, places: Places, { adopt, clean, reason }: PreviewOptions): Promise<void> {
  const { environment, signal } = session;
  const options = { places, command: ownCommand(environment), signal, onlyKnown: reason !== undefined };
  const adoption = adopt === true ? await planAdoption(options) : undefined;
  const { plan, remarks } = adoption?.planned ?? (await planAppImages(options));
  const files = await previewSync(places, plan);
  const cleaned = clean === true ? await planCleaning(places) : [];
  const { adoptions = [], notAdopted = [] } = adoption ?? {};
  if (session.settings.json) {
    const { images } = plan;
    return await session.printJson({
      state: 'planned',
      reason,
      images,
      ...files,
      adoptions,
      notAdopted,
      cleaned,
      remarks,
    });
  }
  if (reason !== undefined) session.note(`Nothing new would be integrated: ${reason}`);
  for (const remark of remarks) session.note(remark);
  for (const { entry, reason: why } of notAdopted) session.note(`${entry} would stay as it is: ${why}`);
  const trashed = [...adoptions.flatMap(({ entry, files: belonging }) => [entry, ...belonging]), ...cleaned];
  const deeds = [
    ...files.written.map((path) => ['write', path]),
    ...files.removed.map((path) => ['remove', path]),
    ...files.kept.map((path) => ['keep', path]),
    ...adoptions.map(({ image }) => ['adopt', image]),
    ...trashed.map((path) => ['trash', path]),
  ] as const;
  for (const [verb = '', path = ''] of deeds) await session.stdout.write(`${verb} ${showPath(path)}\n`);
  if (deeds.length === 0) await session.summary('Nothing would change');
}

async function readPaths(): Promise<ReadonlySet<string>> {
  return new Set((await text(process.stdin)).split('\0').filter((path) => path !== ''));
}
