import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { isAppImageError, parseExec } from '@appimage-js/format';
import {
  checkOverride,
  listMissingFolders,
  type ManifestImage,
  type Override,
  overridePath,
  type Places,
  readManifest,
  readOverride,
  writeOverride,
} from '@appimage-js/integrator';
import { Command } from '@commander-js/extra-typings';
import { findInstalled } from '../find-installed.ts';
import { placesOf, SYSTEM_HELP, syncFolders } from '../integration.ts';
import { printable, showPath } from '../output/printable.ts';
import type { Session } from '../session.ts';
import { UsageError } from '../usage-error.ts';
import { collectWord } from './run-confined.ts';

/** `appimage customize` */
export function customizeCommand(session: Session) {
  return new Command('customize')
    .description(
      'Shows and changes how an application is in the menu, and how it is started from there. It stays so through updates, moves and new ' +
        'file names, until --reset. What is said again replaces what was said before; an empty value takes it back.',
    )
    .argument('<FILE>', 'its path, or the name of the application')
    .option('--name <NAME>', 'what it is called')
    .option('--comment <TEXT>', 'what is said of it')
    .option('--icon <ICON>', 'a picture, or the name of an icon of the theme')
    .option('--category <NAME>', 'where it is in the menu (may be given several times)', collectWord)
    .option('--keyword <WORD>', 'what it is found by (may be given several times)', collectWord)
    .option('--wm-class <CLASS>', 'by which its windows are told')
    .option('--arg <WORD>', 'an argument before its own (may be given several times)', collectWord)
    .option('--env <NAME=VALUE>', 'a variable of its environment (may be given several times)', collectWord)
    .option('--launch <HOW>', '"self", "run", "sandbox", or a command that the file is put behind')
    .option('--terminal', 'start it in a terminal')
    .option('--no-terminal', 'start it without one')
    .option('--autostart', 'start it with the session')
    .option('--no-autostart', 'do not start it with the session')
    .option('--hidden', 'leave it out of menus; files are still opened with it')
    .option('--shown', 'show it in menus again')
    .option('--actions', 'with Update, Run in Sandbox and Move to Trash in its menu')
    .option('--no-actions', 'without these')
    .option('--reset', 'forget all this first')
    .option('--show', 'only print what was said')
    .option('--system', SYSTEM_HELP)
    .action(async (file, options) => {
      const places = placesOf(session, options);
      const image = findInstalled((await readManifest(places)).manifest.images, file, 'customize');
      const changes = changesOf(options);
      if (options.show === true || (Object.keys(changes).length === 0 && options.reset !== true)) {
        return await print(session, places, image, await readOverride(places, image.id));
      }
      const before = options.reset === true ? {} : await readOverride(places, image.id);
      const override = merge(before, changes);
      const missing = await listMissingFolders(places);
      await writeOverride(places, image.id, override);
      await syncFolders(session, places, { missing });
      if (session.settings.json) return await print(session, places, image, override);
      await session.summary(
        `${image.name ?? image.path} is ${isEmpty(override) ? 'as it brings it along' : 'as you want it'}`,
      );
    });
}

interface CustomizeOptions {
  readonly name?: string | undefined;
  readonly comment?: string | undefined;
  readonly icon?: string | undefined;
  readonly category?: readonly string[] | undefined;
  readonly keyword?: readonly string[] | undefined;
  readonly wmClass?: string | undefined;
  readonly arg?: readonly string[] | undefined;
  readonly env?: readonly string[] | undefined;
  readonly launch?: string | undefined;
  readonly terminal?: boolean | undefined;
  readonly autostart?: boolean | undefined;
  readonly hidden?: true | undefined;
  readonly shown?: true | undefined;
  readonly actions?: boolean | undefined;
}

/** Values that were said; null for those that are taken back. */
type Changes = { readonly [Key in keyof Override]?: Override[Key] | null };

function changesOf(options: CustomizeOptions): Changes {
  const { name, comment, icon, category, keyword, wmClass, arg, env, launch, terminal, autostart, actions } = options;
  if (options.hidden === true && options.shown === true)
    throw new UsageError('Cannot customize: give --hidden or --shown, not both');
  const isHidden = options.hidden ?? (options.shown === true ? null : undefined);
  return {
    ...(name !== undefined && { name: name || null }),
    ...(comment !== undefined && { comment: comment || null }),
    ...(icon !== undefined && { icon: iconOf(icon) }),
    ...(category !== undefined && { categories: listOf(category) }),
    ...(keyword !== undefined && { keywords: listOf(keyword) }),
    ...(wmClass !== undefined && { wmClass: wmClass || null }),
    ...(arg !== undefined && { arguments: listOf(arg) }),
    ...(env !== undefined && { environment: environmentOf(env) }),
    ...(launch !== undefined && { launch: launchOf(launch) }),
    ...(terminal !== undefined && { terminal }),
    ...(autostart !== undefined && { autostart: autostart || null }),
    ...(isHidden !== undefined && { hidden: isHidden }),
    ...(actions !== undefined && { actions: actions ? null : false }),
  };
}

function merge(before: Override, changes: Changes): Override {
  const values = Object.entries({ ...before, ...changes }).filter(([, value]) => value !== null);
  try {
    return checkOverride(Object.fromEntries(values));
  } catch (error) {
    throw isAppImageError(error) ? asUsage(error, error.message.replace('read override', 'customize')) : error;
  }
}

/** A file by its path from here; what is none is the name of an icon. */
function iconOf(icon: string): string | null {
  if (icon === '') return null;
  if (existsSync(icon)) return resolve(icon);
  if (icon.includes('/'))
    throw new UsageError(`--icon must be a picture that is there, or the name of an icon, found ${icon}`);
  return icon;
}

function listOf(words: readonly string[]): readonly string[] | null {
  return words.every((word) => word === '') ? null : words;
}

function environmentOf(words: readonly string[]): Readonly<Record<string, string>> | null {
  if (words.every((word) => word === '')) return null;
  return Object.fromEntries(
    words.map((word) => {
      const [, name, value] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
      if (name === undefined) throw new UsageError(`--env must be NAME=VALUE, found ${word}`);
      return [name, value];
    }),
  ) as Record<string, string>;
}

function launchOf(text: string): NonNullable<Override['launch']> | null {
  if (text.trim() === '') return null;
  if (text === 'self' || text === 'run' || text === 'sandbox') return text;
  try {
    return parseExec(text) as [string, ...string[]];
  } catch (error) {
    throw isAppImageError(error) ? asUsage(error, `--launch must be a command, found ${text}`) : error;
  }
}

async function print(session: Session, places: Places, { path, name, id }: ManifestImage, override: Override) {
  if (session.settings.json) {
    return await session.printJson({ path, name, id, file: overridePath(places, id), override });
  }
  if (isEmpty(override)) return await session.summary(`${name ?? path} is as it brings it along`);
  await session.stdout.write(`${showPath(overridePath(places, id))}\n`);
  for (const [key, value] of Object.entries(override)) {
    await session.stdout.write(`${key}: ${printable(typeof value === 'string' ? value : JSON.stringify(value))}\n`);
  }
}

function asUsage(cause: Error, message: string): UsageError {
  return new UsageError(message, { cause });
}

function isEmpty(override: Override): boolean {
  return Object.keys(override).length === 0;
}
