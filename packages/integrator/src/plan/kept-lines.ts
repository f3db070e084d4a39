import { type DesktopEntry, type KeyLine, serializeStringValue } from '@appimage-js/format';

/**
 * Keys of an image's own entry that stay: they say how it is shown, and nothing that is read from them is run, opened or asked for. What a
 * desktop has for one of its own formats (`X-Flatpak`, `X-DBUS-*`, `X-KDE-SubstituteUID`, `Implements` …) is not among them.
 */
const KEPT_KEYS = new Set([
  'Name',
  'GenericName',
  'Comment',
  'Keywords',
  'Terminal',
  'StartupNotify',
  'StartupWMClass',
  'PrefersNonDefaultGPU',
  'SingleMainWindow',
  'X-AppImage-Name',
  'X-AppImage-Version',
  'X-AppImage-Arch',
  'X-AppImage-Comment',
  'X-GNOME-FullName',
  'X-GNOME-Keywords',
  'X-GNOME-SingleWindow',
  'X-GNOME-UsesNotifications',
  'X-KDE-FormFactors',
  'X-KDE-Keywords',
  'X-KDE-RunOnDiscreteGpu',
  'X-Purism-FormFactor',
]);
/** Of an action. */
const ACTION_KEYS = new Set(['Name']);
const BOOLEAN_KEYS = new Set(['Terminal', 'StartupNotify', 'PrefersNonDefaultGPU', 'SingleMainWindow']);
const LOCALE = /^[A-Za-z]{1,8}(?:_[A-Za-z0-9]+)?(?:\.[\w-]+)?(?:@\w+)?$/;
const CONTROL = /[\p{Cc}]/u;
const NAMES = new Set(['Name', 'GenericName', 'X-GNOME-FullName']);
/** Signs that turn the direction of what comes after them around, also of what others write there. */
const DIRECTION = /[\u202A-\u202E\u2066-\u2069]/g;
const MAXIMUM_VALUE_LENGTH = 4096;
const MAXIMUM_NAME_LENGTH = 512;
const MAXIMUM_SUFFIX_LENGTH = 64;

/** Lines of a group that can stay as they are; of keys that are there twice, the last counts. */
export function keptLines(
  entry: DesktopEntry,
  group: string,
  { suffix = null, replaced = [] }: { readonly suffix?: string | null; readonly replaced?: readonly string[] } = {},
): string[] {
  const keys = group.startsWith('Desktop Action ') ? ACTION_KEYS : KEPT_KEYS;
  const lines = entry.groups
    .filter(({ name }) => name === group)
    .flatMap((each) => each.lines)
    .filter((line): line is KeyLine => line.kind === 'key' && keys.has(line.key))
    .map((line) => (NAMES.has(line.key) ? { ...line, value: readable(line.value) } : line))
    .filter(isHarmless);
  const last = new Map(lines.map((line) => [`${line.key}[${line.locale ?? ''}]`, line]));
  return [...last.values()]
    .filter(({ key }) => !replaced.includes(key))
    .map(({ key, locale, value }) => {
      const ending = suffix !== null && key === 'Name' ? ` (${serializeStringValue(readableSuffix(suffix))})` : '';
      return `${key}${locale === null ? '' : `[${locale}]`}=${value.replaceAll(DIRECTION, '')}${ending}`;
    });
}

/** What tells images of one application apart, behind its name. It comes from the image, and is as long as a version may be. */
export function readableSuffix(suffix: string): string {
  return suffix
    .replaceAll(/\p{Cc}/gu, ' ')
    .replaceAll(DIRECTION, '')
    .slice(0, MAXIMUM_SUFFIX_LENGTH)
    .toWellFormed();
}

/** A name as it can be shown: one line of bounded length, as an entry without any is none. Some launchers hand it on as well. */
function readable(value: string): string {
  const line = value
    .replaceAll(/\\([\\nrts])/g, (code, letter) => ('nrt'.includes(letter) ? ' ' : code))
    .replaceAll(/\p{Cc}/gu, ' ')
    .toWellFormed();
  if (line.length <= MAXIMUM_NAME_LENGTH) return line;
  return line.slice(0, MAXIMUM_NAME_LENGTH).replace(/\\+$/, '').toWellFormed();
}

function isHarmless({ key, locale, value }: KeyLine): boolean {
  if (locale !== null && !LOCALE.test(locale)) return false;
  if (BOOLEAN_KEYS.has(key) && !(locale === null && /^(?:true|false)\s*$/.test(value))) return false;
  return value.length <= MAXIMUM_VALUE_LENGTH && !CONTROL.test(value) && value.isWellFormed();
}
