/** How the menu is kept in step by itself. */
export interface ServiceSettings {
  /** `daemon`: a process that watches; `sync`: nothing that stays, one sync at a time when something has changed. */
  readonly with: 'daemon' | 'sync';
  /** Who starts it: the user's service manager, or the desktop when the user logs in. */
  readonly start: 'systemd' | 'autostart';
}

/** Whether a value of a settings file is one; null stands for no service. */
export function isServiceSettings(value: unknown): value is ServiceSettings | null {
  if (value === null) return true;
  if (typeof value !== 'object') return false;
  const settings = value as Partial<ServiceSettings>;
  return ['daemon', 'sync'].includes(settings.with ?? '') && ['systemd', 'autostart'].includes(settings.start ?? '');
}
