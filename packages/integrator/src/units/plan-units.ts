/*
 * Units for a user's service manager. systemd.service(5), systemd.path(5), systemd.timer(5), systemd.exec(5).
 */
import { join } from 'node:path';
import type { Places } from '../places/places.ts';
import { type PlannedFile, plannedFile, plannedLink } from '../plan/planned-file.ts';
import { assignment, commandLine, pathValue } from './unit-syntax.ts';

/** Below the folder for configuration. */
export const UNIT_FOLDER = 'systemd/user';
export const DAEMON_UNIT = 'appimage-js.service';
const SYNC_SERVICE = 'appimage-js-sync.service';
const SYNC_PATH = 'appimage-js-sync.path';
const SYNC_TIMER = 'appimage-js-sync.timer';

/** What {@link planUnits} needs to know. */
export interface UnitsRequest {
  readonly with: 'daemon' | 'sync';
  readonly places: Places;
  /** The folders that are watched. */
  readonly watch: readonly string[];
  /** Words that start this toolkit's command. */
  readonly command: readonly string[];
}

/**
 * What both have in common. It works without namespaces, which a user's manager may not be allowed to make. Addresses of the network are
 * refused: a sync needs the session bus and the lock, both of this machine.
 */
const MANNERS = [
  'Slice=background.slice',
  'Nice=10',
  'NoNewPrivileges=yes',
  'LockPersonality=yes',
  'RestrictAddressFamilies=AF_UNIX',
  'RestrictRealtime=yes',
  'RestrictSUIDSGID=yes',
  'SystemCallArchitectures=native',
  'MemoryMax=1G',
  'TasksMax=256',
];

/** The units, and the links that make the manager start them at every login: what `systemctl enable` would make. */
export function planUnits(request: UnitsRequest): PlannedFile[] {
  if (request.with === 'daemon')
    return [unit(DAEMON_UNIT, daemonService(request)), wanted(DAEMON_UNIT, 'default.target')];
  const path = syncPath(request);
  return [
    unit(SYNC_SERVICE, syncService(request)),
    ...(path === null ? [] : [unit(SYNC_PATH, path), wanted(SYNC_PATH, 'default.target')]),
    unit(SYNC_TIMER, syncTimer()),
    wanted(SYNC_TIMER, 'timers.target'),
  ];
}

/** The units that the manager is to have running, by their names. */
export function startedUnits(kind: 'daemon' | 'sync'): readonly string[] {
  return kind === 'daemon' ? [DAEMON_UNIT] : [SYNC_PATH, SYNC_TIMER];
}

/** Needs no display, so that it does not hang on `graphical-session.target`, which many desktops never reach. */
function daemonService({ command, places }: UnitsRequest): string {
  return sections({
    Unit: ['Description=Keep AppImages in the menu', 'StartLimitIntervalSec=300', 'StartLimitBurst=5'],
    Service: [
      'Type=exec',
      `ExecStart=${commandLine([...command, 'daemon'])}`,
      'Restart=on-failure',
      'RestartSec=10',
      'RestartPreventExitStatus=2', // wrong usage, which the next start would end with, too
      ...environment(places),
      ...MANNERS,
    ],
    Install: ['WantedBy=default.target'],
  });
}

/** Every login and every hour has its sync, so that none has to be made up for, and no record of the last one is left in the home. */
function syncTimer(): string {
  return sections({
    Unit: ['Description=Look for changed AppImages now and then'],
    Timer: [
      'OnStartupSec=3min',
      'OnCalendar=hourly',
      'RandomizedDelaySec=5min',
      'AccuracySec=1min',
      `Unit=${SYNC_SERVICE}`,
    ],
    Install: ['WantedBy=timers.target'],
  });
}

/** Waits a little: what has begun to change goes on changing. The unit for the folders does not see what changes during a sync, so that this looks itself. */
function syncService({ command, places }: UnitsRequest): string {
  return sections({
    Unit: ['Description=Bring the menu in step with the AppImages that are there', 'StartLimitIntervalSec=0'],
    Service: [
      'Type=oneshot',
      'ExecStartPre=-/bin/sh -c "sleep 2"',
      `ExecStart=${commandLine([...command, 'sync', '--quiet', '--settle'])}`,
      'TimeoutStartSec=10min',
      ...environment(places),
      ...MANNERS,
    ],
  });
}

/** Null where no folder can be written into a unit file: the timer is left then. */
function syncPath({ watch }: UnitsRequest): string | null {
  const folders = watch.map(pathValue).filter((folder) => folder !== null);
  if (folders.length === 0) return null;
  return sections({
    Unit: ['Description=Watch the folders with AppImages'],
    Path: [...folders.map((folder) => `PathChanged=${folder}`), 'MakeDirectory=no', `Unit=${SYNC_SERVICE}`],
    Install: ['WantedBy=default.target'],
  });
}

/** The manager does not know what a user's shell has set. */
function environment({ home, data, config, cache }: Places): string[] {
  if (home === null) return [];
  const folders = [
    ['XDG_DATA_HOME', data, join(home, '.local', 'share')],
    ['XDG_CONFIG_HOME', config, join(home, '.config')],
    ['XDG_CACHE_HOME', cache, join(home, '.cache')],
  ] as const;
  return folders.flatMap(([name, value, usual]) =>
    value === null || value === usual ? [] : [`Environment=${assignment(name, value)}`],
  );
}

function sections(content: Readonly<Record<string, readonly string[]>>): string {
  return Object.entries(content)
    .map(([name, lines]) => `[${name}]\n${lines.join('\n')}\n`)
    .join('\n');
}

function unit(name: string, content: string): PlannedFile {
  return plannedFile(`${UNIT_FOLDER}/${name}`, content, { root: 'config' });
}

function wanted(name: string, target: string): PlannedFile {
  return plannedLink(`${UNIT_FOLDER}/${target}.wants/${name}`, `../${name}`, { root: 'config' });
}
