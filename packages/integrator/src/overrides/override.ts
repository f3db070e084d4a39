import { isAbsolute } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import { parseJsonObject } from '../files/parse-json-object.ts';

/** What a user wants otherwise of one application, whichever image it comes in; what is left out is as the image says. */
export interface Override {
  /** In every language. */
  readonly name?: string;
  readonly comment?: string;
  /** The absolute path of a picture, or a name in the icon theme. */
  readonly icon?: string;
  readonly categories?: readonly string[];
  readonly keywords?: readonly string[];
  /** `StartupWMClass`, by which windows are found to belong to the entry. */
  readonly wmClass?: string;
  /** Put before those of the image, also where one of its actions is started. */
  readonly arguments?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** The file itself, this toolkit's `run`, confined or not, or the words of a command. */
  readonly launch?: 'self' | 'run' | 'sandbox' | readonly [string, ...string[]];
  /** Whether it is started in a terminal. */
  readonly terminal?: boolean;
  /** Whether it is started with the session. */
  readonly autostart?: boolean;
  /** Whether menus leave it out; files are still opened with it. */
  readonly hidden?: boolean;
  /** False: without the actions of this toolkit. */
  readonly actions?: boolean;
}

/** Of the form of the file; a later one is refused. */
const OVERRIDE_VERSION = 1;
const MAXIMUM_LENGTH = 4096;
const MAXIMUM_ITEMS = 256;
const VARIABLE = /^[A-Za-z_]\w*$/;
const THEME_NAME = /^[\w+][\w.+-]*$/;

/** What a value has to be, in words, and whether one is that. */
type Check = readonly [expected: string, isFit: (value: unknown) => boolean];

const TEXT: Check = ['text on one line', isText];
const FLAG: Check = ['true or false', (value) => typeof value === 'boolean'];
const TEXTS: Check = ['a list of texts, each on one line', (value) => isTexts(value, isText)];

const CHECKS: Readonly<Record<keyof Override, Check>> = {
  name: TEXT,
  comment: TEXT,
  icon: [
    'an absolute path, or the name of an icon',
    (value) => isText(value) && (isAbsolute(value) || THEME_NAME.test(value)),
  ],
  categories: ['a list of names of letters, digits and hyphens', (value) => isTexts(value, isCategory)],
  keywords: TEXTS,
  wmClass: TEXT,
  arguments: ['a list of words, each on one line', (value) => isTexts(value, isWord)],
  environment: ['an object of names and values, each on one line', isEnvironment],
  launch: [
    '"self", "run", "sandbox", or a list of words',
    (value) => ['self', 'run', 'sandbox'].includes(value as string) || (isTexts(value, isWord) && isText(value[0])),
  ],
  terminal: FLAG,
  autostart: FLAG,
  hidden: FLAG,
  actions: FLAG,
};

/** An override as the text of a file. */
export function serializeOverride(override: Override): string {
  return `${JSON.stringify({ version: OVERRIDE_VERSION, ...override }, undefined, 2)}\n`;
}

/**
 * Reads an override's text. Whatever is in it fits on one line of a menu entry.
 *
 * @throws AppImageError `unsupported` for one of a later version, `malformed` with the key that is wrong
 */
export function parseOverride(text: string): Override {
  const fields = parseJsonObject(text);
  if (fields === undefined) throw malformed('it', 'a JSON object', text);
  const { version, ...values }: { readonly version?: unknown } = fields;
  if (typeof version === 'number' && version > OVERRIDE_VERSION) {
    const expected = `version must be ${OVERRIDE_VERSION} or older`;
    throw new AppImageError('unsupported', `Cannot read override: ${expected}, found ${version}, of a newer program`);
  }
  if (version !== OVERRIDE_VERSION) throw malformed('"version"', `${OVERRIDE_VERSION}`, version);
  return checkOverride(values);
}

/**
 * Checks values from elsewhere.
 *
 * @throws AppImageError `malformed` with the key that is wrong
 */
export function checkOverride(values: Readonly<Record<string, unknown>>): Override {
  for (const [key, value] of Object.entries(values)) {
    if (!isKey(key)) throw malformed('every key', `one of ${Object.keys(CHECKS).join(', ')}`, key);
    const [expected, isFit] = CHECKS[key];
    if (!isFit(value)) throw malformed(`"${key}"`, expected, value);
  }
  return values;
}

function isKey(key: string): key is keyof Override {
  return Object.hasOwn(CHECKS, key);
}

function isWord(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAXIMUM_LENGTH && !/\p{Cc}/u.test(value) && value.isWellFormed();
}

function isText(value: unknown): value is string {
  return isWord(value) && value.trim() !== '';
}

function isCategory(value: unknown): boolean {
  return typeof value === 'string' && /^[A-Za-z0-9-]{1,64}$/.test(value);
}

function isTexts(value: unknown, isItem: (item: unknown) => boolean): value is readonly unknown[] {
  return Array.isArray(value) && value.length <= MAXIMUM_ITEMS && value.every(isItem);
}

function isEnvironment(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return entries.length <= MAXIMUM_ITEMS && entries.every(([name, each]) => VARIABLE.test(name) && isWord(each));
}

function malformed(what: string, expected: string, found: unknown): AppImageError {
  const shown = (JSON.stringify(found) ?? 'something else').slice(0, 80);
  return new AppImageError('malformed', `Cannot read override: ${what} must be ${expected}, found ${shown}`);
}
