import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import {
  type CheckOptions,
  checkForUpdate,
  defaultDataFolder,
  type FileOutcome,
  findAppImages,
  forEachAppImage,
  homeFolder,
  type UpdateCheck,
  type UpdateOptions,
  type UpdateResult,
  updateAppImage,
} from '@appimage-js/updater';
import { Command } from '@commander-js/extra-typings';
import { apiBases } from '../api-bases.ts';
import { knownImages, showReplaced } from '../known-images.ts';
import { printable } from '../output/printable.ts';
import { startProgress } from '../output/progress.ts';
import { errorObject, reportError } from '../output/report-error.ts';
import { checkLine, progressLine, resultLine } from '../output/update-lines.ts';
import type { Session } from '../session.ts';
import { rethrowUsage, UsageError } from '../usage-error.ts';
import { parseByteCount, parseWholeNumber } from '../values/numbers.ts';

const FAILED = 1;
const FOUND = 3;

/** `appimage update` */
export function updateCommand(session: Session) {
  return new Command('update')
    .description(
      'Looks for a newer version where the AppImage says that there are some, fetches what differs, verifies it, and replaces the ' +
        'file in one step; whatever happens, the old file or the new one is there, whole. The key that signs an application is ' +
        'remembered, and no other is accepted afterwards. The status is 1 when a file could not be checked or updated, and 3 when ' +
        '--check has found an update.',
    )
    .argument('[FILE...]', 'AppImages, folders with some, or names of applications in the menu')
    .option('--all', 'every AppImage in ~/Applications, in the menu, and in the given folders')
    .option('--self', 'the AppImage that this command runs from')
    .option('--check', 'only say whether there is an update')
    .option('--source <TEXT>', 'where to look instead: a URL, update information, or "embedded" for what the file says')
    .option('--remember', 'keep --source for this file from now on')
    .option('--channel <NAME>', 'which releases of a feed (default: stable)')
    .option('--force-whole', 'fetch the whole file')
    .option('--allow-downgrade', 'take an older version, too')
    .option('--retry', 'take a version again that was rolled back')
    .option('--trust-new-key <FINGERPRINT>', 'accept the signature of this key from now on')
    .option('--keep <N>', 'old versions that are kept for a rollback (default: 1)', parseWholeNumber)
    .option('--keep-bytes <SIZE>', 'what they may take together, such as 500M', parseByteCount)
    .option('--health-check <COMMAND>', 'run this with the new version as $APPIMAGE; roll back when it fails')
    .option('--health-check-timeout <SECONDS>', 'when it has failed (default: 60)', parseWholeNumber)
    .option('--jobs <N>', 'files that are updated at once (default: 2)', parseWholeNumber)
    .action(async (given, options) => {
      const { environment, signal } = session;
      const files = await listFiles(session, given, options);
      const { remember = false, source, channel } = options;
      if (remember && source === undefined) throw new UsageError('Cannot update: --remember needs --source');
      const shared: CheckOptions = {
        source,
        remember,
        channel,
        apiBases: apiBases(environment),
        http: { environment },
        dataFolder: defaultDataFolder(environment),
        signal,
      };
      const isSingle = files.length === 1 && given.length === 1 && files[0] === given[0];
      const jobs = options.jobs ?? 2;
      if (jobs < 1) throw new UsageError('Cannot update: --jobs must be at least 1');
      const run = { files, isSingle, jobs };
      if (options.check) return await check(session, run, shared);
      await update(session, run, { ...shared, ...updateOptions(options) });
    });
}

/** What `update` was told beside where to look. */
interface UpdateFlags {
  readonly forceWhole?: true | undefined;
  readonly allowDowngrade?: true | undefined;
  readonly retry?: true | undefined;
  readonly trustNewKey?: string | undefined;
  readonly keep?: number | undefined;
  readonly keepBytes?: number | undefined;
  readonly healthCheck?: string | undefined;
  readonly healthCheckTimeout?: number | undefined;
}

function updateOptions(flags: UpdateFlags): UpdateOptions {
  const { keep: count, keepBytes: bytes, healthCheck: command, healthCheckTimeout: seconds } = flags;
  return {
    forceWhole: flags.forceWhole === true,
    allowDowngrade: flags.allowDowngrade === true,
    allowHeldBack: flags.retry === true,
    acceptedKey: flags.trustNewKey,
    keep: { ...(count !== undefined && { count }), ...(bytes !== undefined && { bytes }) },
    healthCheck:
      command === undefined
        ? undefined
        : { command, ...(seconds !== undefined && { timeoutMilliseconds: seconds * 1000 }) },
  };
}

/**
 * The AppImage that has this very file in it. The variables alone do not say: in the terminal of another application that runs from one,
 * they are that one's.
 */
function ownAppImage({ APPIMAGE: file, APPDIR: folder }: Readonly<NodeJS.ProcessEnv>): string | undefined {
  if (!(file && folder)) return undefined;
  return import.meta.filename.startsWith(join(resolve(folder), sep)) ? file : undefined;
}

async function listFiles(
  session: Session,
  given: readonly string[],
  { all, self }: { readonly all?: true | undefined; readonly self?: true | undefined },
): Promise<string[]> {
  const files: string[] = [];
  if (self) {
    const own = ownAppImage(session.environment);
    if (own === undefined) throw new UsageError('Cannot update --self: this command does not run from an AppImage');
    files.push(own);
  }
  for (const path of given) {
    const facts = await stat(path).catch(() => undefined);
    if (facts?.isDirectory()) files.push(...(await findAppImages([path])));
    else files.push(...(facts === undefined ? await filesOf(session, path) : [path]));
  }
  if (all) {
    const home = homeFolder(session.environment);
    if (home === undefined) throw new UsageError('Cannot update --all: the user has no home folder; set HOME');
    files.push(...(await findAppImages([join(home, 'Applications')])));
    files.push(...(await knownImages(session)).map(({ path }) => path).filter((path) => existsSync(path)));
  }
  if (files.length > 0 || all || given.length > 0) return [...new Set(files)];
  throw new UsageError('Cannot update: missing FILE, --all or --self (see appimage update --help)');
}

/** Those of the application of that name in the menu; else the word itself, which is the path of nothing. */
async function filesOf(session: Session, word: string): Promise<string[]> {
  const images = word.includes('/') ? [] : await knownImages(session);
  const named = images.filter(({ name }) => name?.toLowerCase() === word.toLowerCase());
  return named.length === 0 ? [word] : named.map(({ path }) => path);
}

/** The files of one call. */
interface Run {
  readonly files: readonly string[];
  /** One file that was named itself: its result is the answer, and not a list of one. */
  readonly isSingle: boolean;
  readonly jobs: number;
}

async function check(session: Session, run: Run, options: CheckOptions): Promise<void> {
  using progress = await startProgress(session, 'Looking for updates');
  const outcomes = await work(session, run, {
    work: (file) => checkForUpdate(file, options),
    tell: async (result) => session.stdout.write(`${printable(checkLine(result))}\n`),
    progress,
  });
  const isFound = outcomes.some(({ result }) => result?.state === 'available');
  if (isFound && session.exitStatus === 0) session.exitStatus = FOUND;
}

async function update(session: Session, run: Run, options: UpdateOptions): Promise<void> {
  using progress = await startProgress(session, 'Looking for updates');
  const outcomes = await work(session, run, {
    work: (file) =>
      updateAppImage(file, { ...options, onProgress: (now) => progress.update(progressLine(file, now)) }).catch(
        rethrowUsage,
      ),
    tell: async (result) => {
      for (const remark of result.remarks) session.note(`${result.file}: ${remark}`);
      await session.summary(resultLine(result));
      if (result.state === 'rolled-back') session.exitStatus = FAILED;
    },
    progress,
  });
  const replaced = outcomes.filter(({ result }) => result?.state === 'updated').map(({ file }) => file);
  await showReplaced(session, replaced);
}

/** What is done with each file, and how that is told. */
interface Task<Result> {
  readonly work: (file: string) => Promise<Result>;
  readonly tell: (result: Result) => Promise<void>;
  readonly progress: Disposable;
}

async function work<Result extends UpdateCheck | UpdateResult>(
  session: Session,
  { files, isSingle, jobs }: Run,
  { work, tell, progress }: Task<Result>,
): Promise<FileOutcome<Result>[]> {
  const { signal, settings } = session;
  const outcomes = await forEachAppImage(files, work, { concurrency: jobs, signal });
  progress[Symbol.dispose]();
  if (isSingle) {
    const [outcome] = outcomes;
    if (outcome?.error !== undefined) throw outcome.error;
    if (settings.json) await session.printJson(outcome?.result);
  } else if (settings.json) {
    await session.printJson(
      outcomes.map(({ file, result, error }) => ({ file, ...(result ?? { error: errorObject(error) }) })),
    );
  }
  for (const { result, error } of outcomes) {
    if (error !== undefined && settings.json) session.exitStatus = FAILED;
    else if (error !== undefined) session.exitStatus = reportError(error, session);
    else if (result !== undefined && !settings.json) await tell(result);
    else if (result?.state === 'rolled-back') session.exitStatus = FAILED;
  }
  if (outcomes.length === 0 && !settings.json) await session.summary('There are no AppImages');
  return outcomes;
}
