/*
 * Whether a file is what the Desktop Entry Specification 1.5 and the registries of the Desktop Menu Specification ask for:
 * https://specifications.freedesktop.org/desktop-entry-spec/latest/
 */
import { decodeFileName } from '../../io/file-name.ts';
import { MAIN_GROUP } from '../desktop-entry.ts';
import { checkAutostartCondition } from './autostart-condition.ts';
import { ACTION_PREFIX, checkActions, listActions } from './check-actions.ts';
import { checkCategories } from './check-categories.ts';
import { checkExec } from './check-exec.ts';
import { checkMimeTypes } from './check-mime-types.ts';
import { checkComment, checkIcon, checkValue } from './check-values.ts';
import type { DesktopEntryFlaw } from './flaw.ts';
import { FlawList } from './flaw-list.ts';
import { ACTION_KEYS, DESKTOPS, ENTRY_KEYS, ENTRY_TYPES, KNOWN_VERSIONS, type KnownKey } from './known-keys.ts';
import { type ScannedGroup, scanLines, show } from './scan-lines.ts';
import type { ScannedKey } from './scanned-key.ts';
import { splitList, tellRepeated } from './split-list.ts';

/** Options of {@link validateDesktopEntry}. */
export interface ValidateDesktopEntryOptions {
  /** The last part of its path, by which some entries are judged. Default: one that is right. */
  readonly fileName?: string;
}

/**
 * Tells what is wrong with a desktop entry file, as `desktop-file-validate` does: where that finds an error, there is one with
 * the severity `error` here, and where it warns or hints, a `warning` or `note`. Nothing is thrown, whatever the bytes are.
 *
 * @example
 * import { validateDesktopEntry } from '@appimage-js/format';
 *
 * const [flaw] = validateDesktopEntry('[Desktop Entry]\nType=Application\nName=App\nExec=app %x\n');
 * console.log(flaw?.line, flaw?.key); // 4 Exec
 */
export function validateDesktopEntry(
  input: Uint8Array | string,
  { fileName = 'org.example.App.desktop' }: ValidateDesktopEntryOptions = {},
): DesktopEntryFlaw[] {
  const flaws = new FlawList();
  const groups = scanLines(typeof input === 'string' ? input : decodeFileName(input), flaws);
  if (groups.length === 0) flaws.error(null, null, `expected the group [${MAIN_GROUP}], found no group`);
  new Validator({ groups, fileName, flaws }).run();
  return flaws.flaws.sort(
    (left, right) => (left.line ?? Number.POSITIVE_INFINITY) - (right.line ?? Number.POSITIVE_INFINITY),
  );
}

/** What a file consists of, and where its flaws go. */
interface ValidatedFile {
  readonly groups: readonly ScannedGroup[];
  readonly fileName: string;
  readonly flaws: FlawList;
}

class Validator {
  readonly #groups: readonly ScannedGroup[];
  readonly #fileName: string;
  readonly #flaws: FlawList;
  #actions: string[] = [];
  #interfaces: string[] = [];
  #type: string | undefined;

  constructor({ groups, fileName, flaws }: ValidatedFile) {
    this.#groups = groups;
    this.#fileName = fileName;
    this.#flaws = flaws;
  }

  run(): void {
    const [first] = this.#groups;
    if (first !== undefined && first.name !== MAIN_GROUP) {
      this.#flaws.error(first.line, null, `the first group must be [${MAIN_GROUP}], found [${first.name}]`);
    }
    for (const group of this.#groups) {
      this.#checkGroupName(group);
      this.#checkKeys(group);
    }
    this.#checkType();
    checkActions(this.#groups, this.#actions, this.#flaws);
    const suffix = this.#type === 'Directory' ? '.directory' : '.desktop';
    if (!this.#fileName.endsWith(suffix)) {
      this.#flaws.error(null, null, `the file's name must end in "${suffix}", found ${show(this.#fileName)}`);
    }
  }

  #checkGroupName({ name, line }: ScannedGroup): void {
    if (name === MAIN_GROUP || name.startsWith('X-') || this.#interfaces.includes(name)) return;
    if (name.startsWith(ACTION_PREFIX) && /^[A-Za-z0-9-]+$/.test(name.slice(ACTION_PREFIX.length))) return;
    this.#flaws.error(line, null, `other groups than those of the specification must begin with "X-", found [${name}]`);
  }

  #checkKeys(group: ScannedGroup): void {
    const keys = new Map(group.keys.map((each) => [each.name, each]));
    const seen = new Set<string>();
    const repeated = new Set<string>();
    for (const each of group.keys) {
      const { name, line } = each;
      if (each.key === undefined) {
        this.#flaws.error(line, name, `keys must consist of A-Za-z0-9-, found ${show(name)}`);
      }
      if (seen.has(name) && !repeated.has(name)) {
        repeated.add(name);
        this.#flaws.error(line, name, `keys must be there once in their group, found ${show(name)} again`);
      }
      seen.add(name);
      if (group.name === MAIN_GROUP) this.#checkKey(each, keys, ENTRY_KEYS);
      else if (group.name.startsWith(ACTION_PREFIX)) this.#checkKey(each, keys, ACTION_KEYS);
    }
    if (keys.has('OnlyShowIn') && keys.has('NotShowIn')) {
      this.#flaws.error(group.line, 'NotShowIn', 'only one of OnlyShowIn and NotShowIn may be there, found both');
    }
  }

  #checkKey(each: ScannedKey, keys: ReadonlyMap<string, ScannedKey>, knownKeys: ReadonlyMap<string, KnownKey>): void {
    const { key, name, line } = each;
    if (key === undefined) return;
    const known = knownKeys.get(key);
    if (known?.isDeprecated || key === 'X-KDE-RunOnDiscreteGpu') {
      this.#flaws.warning(line, name, `key ${show(key)} is deprecated`);
    }
    if (key.startsWith('X-')) return;
    if (known === undefined) {
      this.#flaws.error(
        line,
        name,
        `other keys than those of the specification must begin with "X-", found ${show(key)}`,
      );
    } else if (checkValue(each, known, keys, this.#flaws)) {
      this.#checkContent(each, keys);
    }
  }

  #checkContent(each: ScannedKey, keys: ReadonlyMap<string, ScannedKey>): void {
    const flaws = this.#flaws;
    switch (each.key) {
      case 'Type':
        this.#type = each.value;
        break;
      case 'Version':
        if (!KNOWN_VERSIONS.test(each.value)) {
          flaws.error(each.line, each.name, `the version must be one of the specification, found ${show(each.value)}`);
        }
        break;
      case 'Encoding':
        if (each.value !== 'UTF-8' && each.value !== 'Legacy-Mixed') {
          flaws.error(each.line, each.name, `the encoding must be UTF-8, found ${show(each.value)}`);
        }
        break;
      case 'Comment':
        checkComment(each, keys, flaws);
        break;
      case 'Icon':
        checkIcon(each, flaws);
        break;
      case 'Exec':
        checkExec(each, flaws);
        break;
      case 'Path':
      case 'Dev':
      case 'MountPoint':
        if (!each.value.startsWith('/')) {
          flaws.warning(each.line, each.name, `expected an absolute path, found ${show(each.value)}`);
        }
        break;
      case 'OnlyShowIn':
      case 'NotShowIn':
        checkDesktops(each, flaws);
        break;
      case 'MimeType':
        checkMimeTypes(each, flaws);
        break;
      case 'Categories':
        checkCategories(each, { hasOnlyShowIn: keys.has('OnlyShowIn') }, flaws);
        break;
      case 'Actions':
        this.#actions.push(...listActions(each, flaws));
        break;
      case 'Implements':
        this.#interfaces.push(...listInterfaces(each, flaws));
        break;
      case 'DBusActivatable':
        if (each.value === 'true' && this.#fileName.split('.').length < 3) {
          const message = `the file of an entry that is started by D-Bus must be named in reverse DNS order, found ${show(this.#fileName)}`;
          flaws.error(each.line, each.name, message);
        }
        break;
      case 'AutostartCondition':
        checkAutostartCondition(each, flaws);
        break;
    }
  }

  /** What the type has to do with the other keys. */
  #checkType(): void {
    const main = this.#groups.find(({ name }) => name === MAIN_GROUP);
    if (main === undefined) return;
    for (const [key, { isRequired }] of ENTRY_KEYS) {
      if (isRequired && !main.keys.some(({ name }) => name === key)) {
        this.#flaws.error(main.line, key, `group [${MAIN_GROUP}] must have the key ${key}, found none`);
      }
    }
    const type = this.#type;
    const line = main.keys.find(({ key }) => key === 'Type')?.line ?? main.line;
    if (type === undefined) return;
    if (!ENTRY_TYPES.has(type)) {
      this.#flaws.error(line, 'Type', `the type must be Application, Link or Directory, found ${show(type)}`);
      return;
    }
    if (type === 'MimeType') this.#flaws.warning(line, 'Type', 'the type MimeType is deprecated');
    for (const each of main.keys) {
      const only = each.key === undefined ? undefined : ENTRY_KEYS.get(each.key)?.only;
      if (only !== undefined && only !== type) {
        this.#flaws.error(
          each.line,
          each.name,
          `this key is for entries of the type ${only}, found it in one of the type ${type}`,
        );
      }
    }
  }
}

function checkDesktops(key: ScannedKey, flaws: FlawList): void {
  const desktops = splitList(key.value);
  tellRepeated(key, desktops, flaws);
  for (const desktop of new Set(desktops)) {
    if (desktop.startsWith('X-') || DESKTOPS.has(desktop)) continue;
    flaws.error(key.line, key.name, `desktops must be registered or begin with "X-", found ${show(desktop)}`);
  }
}

const INTERFACE = /^[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)+$/;

function listInterfaces(key: ScannedKey, flaws: FlawList): string[] {
  const interfaces = splitList(key.value);
  tellRepeated(key, interfaces, flaws);
  const wrong = interfaces.filter((each) => !INTERFACE.test(each) || each.length > 255);
  for (const each of wrong)
    flaws.error(key.line, key.name, `expected the name of a D-Bus interface, found ${show(each)}`);
  return interfaces;
}
