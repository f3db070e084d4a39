/*
 * Keys with their types. Desktop Entry Specification 1.5, "Recognized desktop entry keys", "Additional applications actions" and
 * "Deprecated items": https://specifications.freedesktop.org/desktop-entry-spec/latest/recognized-keys.html
 */

/** What a value must look like. */
export type ValueType = 'string' | 'localestring' | 'boolean' | 'list' | 'localestring-list';

/** What is known of a key. */
export interface KnownKey {
  readonly type: ValueType;
  /** Such as `Application`; a key for one type of entry is wrong in others. */
  readonly only?: string;
  readonly isRequired?: true;
  readonly isDeprecated?: true;
}

const TEXT: KnownKey = { type: 'string' };
const OF_APPLICATION: KnownKey = { type: 'string', only: 'Application' };
const OF_DEVICE: KnownKey = { type: 'string', only: 'FSDevice' };
const OLD: KnownKey = { type: 'string', isDeprecated: true };

/** The keys of the group `[Desktop Entry]`. */
export const ENTRY_KEYS: ReadonlyMap<string, KnownKey> = new Map([
  ['Type', { type: 'string', isRequired: true }],
  ['Version', TEXT],
  ['Name', { type: 'localestring', isRequired: true }],
  ['GenericName', { type: 'localestring' }],
  ['NoDisplay', { type: 'boolean' }],
  ['Comment', { type: 'localestring' }],
  ['Icon', { type: 'localestring' }],
  ['Hidden', { type: 'boolean' }],
  ['OnlyShowIn', { type: 'list' }],
  ['NotShowIn', { type: 'list' }],
  ['DBusActivatable', { type: 'boolean' }],
  ['TryExec', OF_APPLICATION],
  ['Exec', OF_APPLICATION],
  ['Path', OF_APPLICATION],
  ['Terminal', { type: 'boolean', only: 'Application' }],
  ['Actions', { type: 'list', only: 'Application' }],
  ['MimeType', { type: 'list', only: 'Application' }],
  ['Categories', { type: 'list', only: 'Application' }],
  ['Implements', { type: 'list' }],
  ['Keywords', { type: 'localestring-list' }],
  ['StartupNotify', { type: 'boolean', only: 'Application' }],
  ['StartupWMClass', OF_APPLICATION],
  ['URL', { type: 'string', only: 'Link' }],
  ['PrefersNonDefaultGPU', { type: 'boolean' }],
  ['SingleMainWindow', { type: 'boolean' }],
  // Reserved for KDE.
  ['ServiceTypes', TEXT],
  ['DocPath', TEXT],
  ['InitialPreference', TEXT],
  ['Dev', OF_DEVICE],
  ['FSType', OF_DEVICE],
  ['MountPoint', OF_DEVICE],
  ['ReadOnly', { type: 'boolean', only: 'FSDevice' }],
  ['UnmountIcon', OF_DEVICE],
  // Of the Autostart Specification.
  ['AutostartCondition', OF_APPLICATION],
  // Deprecated.
  ['Protocols', OLD],
  ['Extensions', OLD],
  ['BinaryPattern', OLD],
  ['MapNotify', OLD],
  ['Patterns', { type: 'list', only: 'MimeType', isDeprecated: true }],
  ['DefaultApp', { type: 'string', only: 'MimeType', isDeprecated: true }],
  ['MiniIcon', OLD],
  ['TerminalOptions', OLD],
  ['Encoding', OLD],
  ['SwallowTitle', { type: 'localestring', isDeprecated: true }],
  ['SwallowExec', OLD],
  ['SortOrder', { type: 'list', isDeprecated: true }],
  ['FilePattern', { type: 'list', isDeprecated: true }],
]);

/** The keys of groups such as `[Desktop Action NewWindow]`. */
export const ACTION_KEYS: ReadonlyMap<string, KnownKey> = new Map([
  ['Name', { type: 'localestring', isRequired: true }],
  ['Icon', { type: 'localestring' }],
  ['Exec', { type: 'string', isRequired: true }],
  ['OnlyShowIn', { type: 'list', isDeprecated: true }],
  ['NotShowIn', { type: 'list', isDeprecated: true }],
]);

/** Values of `Type`. */
export const ENTRY_TYPES: ReadonlySet<string> = new Set([
  'Application',
  'Link',
  'Directory',
  'Service',
  'ServiceType',
  'FSDevice',
  'MimeType',
]);

/** Versions of the specification that a file may name. */
export const KNOWN_VERSIONS: RegExp = /^(?:1\.[0-5]|0\.9\.[3-8])$/;

/** Values of `OnlyShowIn` and `NotShowIn`. Desktop Menu Specification, "Registered OnlyShowIn environments". */
export const DESKTOPS: ReadonlySet<string> = new Set([
  'Budgie',
  'Cinnamon',
  'COSMIC',
  'DDE',
  'EDE',
  'Endless',
  'Enlightenment',
  'GNOME',
  'GNOME-Classic',
  'GNOME-Flashback',
  'KDE',
  'LXDE',
  'LXQt',
  'MATE',
  'Old',
  'Pantheon',
  'Razor',
  'ROX',
  'TDE',
  'Unity',
  'XFCE',
]);
