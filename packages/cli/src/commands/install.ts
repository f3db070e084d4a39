import { lstat, realpath, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import {
  applicationsFolder,
  type ForeignEntry,
  findPlaces,
  type InstallRecord,
  listMissingFolders,
  type Places,
  readManifest,
  restoreFromTrash,
  trashFile,
  urlSchemes,
} from '@appimage-js/integrator';
import { Command } from '@commander-js/extra-typings';
import { entriesFor } from '../foreign-entries.ts';
import { download } from '../install/download.ts';
import { type Candidate, inspectCandidate, listOthers, type OtherVersion } from '../install/inspect-candidate.ts';
import { copyInto, isThere, makeExecutable, makeFolder, placeFile } from '../install/place-file.ts';
import { startWithSession } from '../install/start-with-session.ts';
import { Undo } from '../install/undo.ts';
import { confirm, placesOf, SYSTEM_HELP, syncFolders, takeBackSync, whyStandBack } from '../integration.ts';
import type { Session } from '../session.ts';

/** `appimage install` */
export function installCommand(session: Session) {
  return new Command('install')
    .description(
      'Puts an AppImage into ~/Applications and into the menu, with its icons, file types and actions. Nothing of it is run for that. ' +
        'Where it came from, its hash and its signature are noted before it is made executable.',
    )
    .argument('<FILE>', 'an AppImage: a path or a URL')
    .option('-y, --yes', 'do not ask')
    .option('--in-place', 'leave the file where it is')
    .option('--replace', 'move the other versions of the application to the trash')
    .option('--schemes', 'make it the default for the URL schemes that it opens')
    .option('--autostart', 'start it with the session')
    .option('--system', `${SYSTEM_HELP}, and into /opt`)
    .action(async (given, options) => {
      const undo = new Undo();
      try {
        await install(session, given, options, undo);
      } catch (error) {
        await undo.run((message) => session.note(message));
        throw error;
      }
    });
}

interface InstallOptions {
  readonly yes?: true | undefined;
  readonly inPlace?: true | undefined;
  readonly replace?: true | undefined;
  readonly schemes?: true | undefined;
  readonly autostart?: true | undefined;
  readonly system?: true | undefined;
}

async function install(session: Session, given: string, options: InstallOptions, undo: Undo): Promise<void> {
  const places = placesOf(session, options);
  const missing = await listMissingFolders(places);
  const source = await findSource(session, given, applicationsFolder(places), { options, undo });
  const candidate = await inspectCandidate(session, source.file);
  const { path } = source;
  if (!(await confirm(session, question(candidate, path, options), options))) {
    await undo.run((message) => session.note(message));
    return;
  }
  const foreign = await entriesFor(places, source.file);
  const others = options.replace === true ? await listOthers(places, candidate, source.file) : [];
  const installed = await installRecords(places, [path, ...others.map((other) => other.path)]);
  let isNoted = false;
  undo.add(async () => {
    if (isNoted) await takeBackSync(session, places, { path, installed });
  });
  const isLeftOver = await place(session, source, candidate, { others, undo });
  const record: InstallRecord = {
    from: source.from,
    sha256: candidate.sha256,
    signature: candidate.signature,
    date: new Date().toISOString(),
    schemesAllowed:
      options.schemes === true ||
      installed.get(path)?.schemesAllowed === true ||
      others.some(({ schemesAllowed }) => schemesAllowed),
  };
  isNoted = true;
  // Noted first, as a file that may not be executed yet; then it may.
  const noted = await syncFolders(session, places, { installed: new Map([[path, record]]), missing });
  const { id } = noted.images.find((each) => each.path === path) ?? {};
  if (options.autostart === true && id !== undefined) await startWithSession(places, id, undo);
  await makeExecutable(path, { everybody: places.scope === 'system', undo });
  const { written, images } = await syncFolders(session, places, { missing });
  const image = images.find((each) => each.path === path);
  if (image !== undefined && image.leftAlone !== null) throw notShown(path, image.leftAlone);
  session.signal.throwIfAborted();
  undo.settle();
  if (isLeftOver) await rm(source.file).catch(() => session.note(`${source.file} stays where it is`));
  noteOtherMenus(session, places, { path, file: source.file, foreign });
  noteSchemes(session, candidate, record);
  if (session.settings.json) {
    await session.printJson({ ...image, written, replaced: others.map((other) => other.path) });
  } else await session.summary(`Installed ${candidate.name} as ${path}`);
}

/** What was noted of files when they were installed, by their paths. */
async function installRecords(places: Places, paths: readonly string[]): Promise<Map<string, InstallRecord>> {
  const { images } = (await readManifest(places)).manifest;
  return new Map(
    images.flatMap(({ path, install }) => (install !== null && paths.includes(path) ? [[path, install] as const] : [])),
  );
}

/** Says what else has a say about the menu: an explicit installation goes before it. */
function noteOtherMenus(
  session: Session,
  places: Places,
  { path, file, foreign }: { readonly path: string; readonly file: string; readonly foreign: readonly ForeignEntry[] },
): void {
  const reason = whyStandBack(session, places);
  if (reason !== undefined) session.note(`${reason}: it is shown because you have installed it, others are not`);
  const { XDG_DATA_DIRS: folders } = session.environment;
  if (
    places.scope === 'system' &&
    folders &&
    !folders.split(':').some((each) => each !== '' && join(each, '/') === join(places.data, '/'))
  ) {
    session.note(`XDG_DATA_DIRS does not name ${places.data}: sessions like this one do not show it until it does`);
  }
  const remedy =
    path === file ? '"appimage sync --adopt" takes that entry over' : '"appimage sync --clean" takes that entry away';
  for (const { tool, path: entry } of foreign) session.note(`${tool} has shown it already, by ${entry}; ${remedy}`);
}

/** Says what the application could do as well, if it were allowed to. */
function noteSchemes(session: Session, { contents }: Candidate, { schemesAllowed }: InstallRecord): void {
  const schemes = urlSchemes(contents);
  if (schemesAllowed || schemes.length === 0) return;
  session.note(`It opens links of ${schemes.join(', ')}; "appimage install --schemes" makes it the default for them`);
}

/** Where a file is, and where it is to be. */
interface Source {
  readonly file: string;
  readonly path: string;
  /** What is noted. */
  readonly from: string;
  /** Whether another file has to be made of it. */
  readonly isCopied: boolean;
}

async function findSource(
  session: Session,
  given: string,
  folder: string,
  { options, undo }: { readonly options: InstallOptions; readonly undo: Undo },
): Promise<Source> {
  if (/^https?:\/\//i.test(given)) {
    const { file, name, from } = await download(session, given, folder, undo);
    return { file, path: join(folder, name), from, isCopied: false };
  }
  const file = resolve(given);
  const path = options.inPlace === true ? file : join(folder, basename(file));
  if (await isSameFile(file, path)) return { file: path, path, from: given, isCopied: false };
  if (options.system === true && options.inPlace !== true && (await mayBeExchanged(file))) {
    // What is looked at, and what everybody is to start, is a copy that nobody else can write to; theirs is not root's to take away.
    await makeFolder(folder, undo);
    const { path: copy } = await copyInto(file, folder, { undo, signal: session.signal });
    return { file: copy, path, from: given, isCopied: false };
  }
  // What a symlink leads to is not taken away from there.
  return { file, path, from: given, isCopied: await isLink(file) };
}

/** Whether a file, or a folder on the way to it, belongs to another user, who can put something else there at any time. */
async function mayBeExchanged(file: string): Promise<boolean> {
  const user = process.getuid?.();
  const owners = [await stat(file).catch(() => undefined)];
  for (let path = file; path !== dirname(path); path = dirname(path))
    owners.push(await lstat(path).catch(() => undefined));
  return owners.some((facts) => facts !== undefined && facts.uid !== user && facts.uid !== 0);
}

/**
 * Brings a file to its place, and those away that it replaces. Answers whether it is still at its old place, from where it is to go when
 * everything else has been done.
 */
async function place(
  session: Session,
  { file, path, isCopied }: Source,
  { sha256, mark }: Candidate,
  { others, undo }: { readonly others: readonly OtherVersion[]; readonly undo: Undo },
): Promise<boolean> {
  const { environment, signal } = session;
  const makeWay = async () => {
    for (const other of others) {
      const trashed = await trashFile(findPlaces(environment), other.path);
      undo.add(() => restoreFromTrash(trashed, other.path));
    }
  };
  if (file === path) {
    await makeWay();
    return false;
  }
  if ((await isThere(path)) && !others.some((other) => other.path === path)) {
    const found = `${path} is there; --replace takes the place of another version of the application`;
    throw new AppImageError(
      'not-permitted',
      `Cannot install ${basename(path)}: the name must be free, found that ${found}`,
      { path },
    );
  }
  const done = await placeFile({ from: file, to: path, sha256, mark, isCopied, undo, signal, makeWay });
  return done === 'copied' && !(await isLink(file));
}

async function isLink(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined))?.isSymbolicLink() === true;
}

async function isSameFile(one: string, other: string): Promise<boolean> {
  const [left, right] = await Promise.all([one, other].map((path) => realpath(path).catch(() => path)));
  return left === right;
}

function notShown(path: string, reason: string): AppImageError {
  return new AppImageError('not-permitted', `Cannot install ${path}: it would not be in the menu, as ${reason}`, {
    path,
  });
}

function question(
  { name, version, signature, contents }: Candidate,
  path: string,
  { schemes }: InstallOptions,
): string {
  const what = version === null ? name : `${name} ${version}`;
  const opened = schemes === true ? urlSchemes(contents) : [];
  const links = opened.length === 0 ? '' : `, and opens all links of ${opened.join(', ')}`;
  return `${what}, signature: ${signature}, becomes ${path} and may be executed${links}. Install it?`;
}
