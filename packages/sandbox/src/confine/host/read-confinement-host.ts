import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { type UserInfo, userInfo } from 'node:os';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import { findProgram } from '../../find-program.ts';
import type { Permissions } from '../../permissions/permissions.ts';
import type { Application } from '../../permissions/store/application.ts';
import { baseCandidates } from '../plan/base-root.ts';
import { unixPath } from '../plan/buses.ts';
import { DEVICE_CANDIDATES, isGraphicsNode, isVideoNode } from '../plan/devices.ts';
import type { ConfinementHost, NestedServerFact, XServerFact } from './confinement-host.ts';
import { readPlace, userFolders } from './read-places.ts';
import { authorityOfDisplay } from './x-authority.ts';

const FIRST_DISPLAY = 99;

/** What is asked about the host, and for whom. */
export interface ReadConfinementHostOptions {
  readonly application: Pick<Application, 'path' | 'desktopId' | 'identity'>;
  readonly permissions: Permissions;
  /** Default: that of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where the document portal has its files, if somebody has asked it. */
  readonly documents?: string | undefined;
}

/** Looks at the machine and the user's session, as far as a plan needs it. */
export function readConfinementHost(options: ReadConfinementHostOptions): ConfinementHost {
  const { application, permissions, env = process.env, documents } = options;
  const environment = definedOnly(env);
  const user = whoIsThis(environment);
  const home = user.home;
  const runtimeDirectory = ownFolder(absolute(environment['XDG_RUNTIME_DIR']), user.uid);
  const inRuntime = (name: string) => (runtimeDirectory === undefined ? undefined : join(runtimeDirectory, name));
  // Without links: whatever leads there, they are what has to be protected.
  const dataFolder = realOf(join(absolute(environment['XDG_DATA_HOME']) ?? join(home, '.local/share'), 'appimage'));
  const configFolder = realOf(absolute(environment['XDG_CONFIG_HOME']) ?? join(home, '.config'));
  const cacheFolder = realOf(absolute(environment['XDG_CACHE_HOME']) ?? join(home, '.cache'));
  const folders = userFolders(home, environment, configFolder);
  const candidates = [
    ...baseCandidates(home),
    ...DEVICE_CANDIDATES,
    `${configFolder}/appimage`,
    `${cacheFolder}/appimage`,
    `${dataFolder}/homes`,
    application.path,
    `${application.path}.home`,
    `${application.path}.env`,
    '/run/media',
  ];
  return {
    uid: user.uid,
    gid: user.gid,
    userName: user.name,
    home,
    realHome: readPlace('~', home, folders)?.real ?? home,
    runtimeDirectory,
    socketsDirectory: inRuntime('appimage') ?? temporaryFolder(environment, user.uid),
    environment,
    root: readRoot(),
    present: new Set(candidates.filter((path) => existsSync(path))),
    devices: readDevices(),
    places: Object.fromEntries(
      Object.keys(permissions.filesystem).flatMap((place) => {
        const fact = readPlace(place, home, folders);
        return fact === undefined ? [] : [[place, fact]];
      }),
    ),
    waylandSocket: waylandSocket(environment, inRuntime),
    xServer: xServer(environment, home),
    nestedServer: nestedServer(environment, waylandSocket(environment, inRuntime)),
    pulseSocket: socketAt(unixOf(environment['PULSE_SERVER']) ?? inRuntime('pulse/native')),
    pulseCookie: fileAt(environment['PULSE_COOKIE'] ?? join(configFolder, 'pulse/cookie')),
    pipewireSocket: socketAt(inRuntime('pipewire-0')),
    sshAgentSocket: socketAt(absolute(environment['SSH_AUTH_SOCK'])),
    gpgAgentSocket: socketAt(inRuntime('gnupg/S.gpg-agent')) ?? socketAt(join(home, '.gnupg/S.gpg-agent')),
    cupsSocket: socketAt('/run/cups/cups.sock') ?? socketAt('/var/run/cups/cups.sock'),
    pcscSocket: socketAt('/run/pcscd/pcscd.comm'),
    sessionBus: environment['DBUS_SESSION_BUS_ADDRESS'] ?? addressOf(socketAt(inRuntime('bus'))),
    systemBus: environment['DBUS_SYSTEM_BUS_ADDRESS'] ?? addressOf(socketAt('/run/dbus/system_bus_socket')),
    busProxy: findProgram(['xdg-dbus-proxy'], environment['PATH']),
    documents,
    machineId: machineId(application.identity),
    hasServiceOfThatName: hasService(application.desktopId, dataFolder, environment),
    dataFolder,
    configFolder,
    cacheFolder,
  };
}

function readRoot(): ConfinementHost['root'] {
  return Object.fromEntries(
    readdirSync('/').map((name) => {
      const path = `/${name}`;
      const entry = lstatSync(path, { throwIfNoEntry: false });
      if (entry?.isSymbolicLink()) return [path, { link: readlinkSync(path) }];
      return [path, entry?.isDirectory() ? 'directory' : 'other'];
    }),
  );
}

function readDevices(): ConfinementHost['devices'] {
  const names = readdirSync('/dev').sort();
  const paths = (is: (name: string) => boolean) => names.filter(is).map((name) => `/dev/${name}`);
  return { dri: paths(isGraphicsNode), video: paths(isVideoNode) };
}

function waylandSocket(
  { WAYLAND_DISPLAY: display }: Readonly<Record<string, string>>,
  inRuntime: (name: string) => string | undefined,
): string | undefined {
  return socketAt(absolute(display) ?? inRuntime(display || 'wayland-0'));
}

/** Only servers of this machine: one over TCP is reached by the network, or not at all. */
function xServer(environment: Readonly<Record<string, string>>, home: string): XServerFact | undefined {
  const from = /^(?:unix\/?)?:(\d{1,5})(?:\.\d+)?$/.exec(environment['DISPLAY'] ?? '')?.[1];
  const socket = from === undefined ? undefined : socketAt(`/tmp/.X11-unix/X${from}`);
  if (from === undefined || socket === undefined) return undefined;
  const number = freeDisplay();
  const file = fileAt(environment['XAUTHORITY'] ?? join(home, '.Xauthority'));
  const authority =
    file === undefined ? undefined : authorityOfDisplay(readFileSync(file), { from, to: String(number) });
  return { socket, number, authority };
}

function nestedServer(
  environment: Readonly<Record<string, string>>,
  wayland: string | undefined,
): NestedServerFact | undefined {
  const kind = wayland === undefined ? 'Xephyr' : 'Xwayland';
  if (kind === 'Xephyr' && !environment['DISPLAY']) return undefined;
  const program = findProgram([kind], environment['PATH']);
  return program === undefined ? undefined : { program, kind, number: freeDisplay() };
}

/** The first number from 99 on that no X server of this machine has a socket for. */
function freeDisplay(): number {
  const sockets = new Set(
    readFileSync('/proc/net/unix', 'latin1')
      .split('\n')
      .map((line) => line.split(' ').at(-1)),
  );
  let number = FIRST_DISPLAY;
  while (sockets.has(`@/tmp/.X11-unix/X${number}`) || existsSync(`/tmp/.X11-unix/X${number}`)) number += 1;
  return number;
}

/** A number of its own for each application: by the machine's, programs of different makers could find each other's records. */
function machineId(identity: string): string | undefined {
  const file = fileAt('/etc/machine-id');
  if (file === undefined) return undefined;
  return createHash('sha256')
    .update(`${readFileSync(file, 'utf8').trim()} ${identity}`)
    .digest('hex')
    .slice(0, 32);
}

/** Also those below the name: who may own it may own all that begin with it. */
function hasService(name: string, dataFolder: string, { XDG_DATA_DIRS }: Readonly<Record<string, string>>): boolean {
  const system = (XDG_DATA_DIRS || '').split(':').filter(isAbsolute);
  const folders = new Set([join(dataFolder, '..'), ...system, '/usr/local/share', '/usr/share']);
  return [...folders].some((folder) =>
    namesIn(join(folder, 'dbus-1/services')).some((one) => one === `${name}.service` || one.startsWith(`${name}.`)),
  );
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function socketAt(path: string | undefined): string | undefined {
  return path !== undefined && statSync(path, { throwIfNoEntry: false })?.isSocket() ? path : undefined;
}

function fileAt(path: string): string | undefined {
  try {
    return isAbsolute(path) && statSync(path).isFile() && readFileSync(path).length >= 0 ? path : undefined;
  } catch {
    return undefined;
  }
}

/** A folder of another user's could be exchanged by that one. */
function ownFolder(path: string | undefined, uid: number): string | undefined {
  const folder = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
  return folder?.isDirectory() && folder.uid === uid && (folder.mode & 0o022) === 0 ? path : undefined;
}

/** Where no session has made a runtime folder, as for root and over ssh: one in a folder that all share, if it is this user's alone. */
function temporaryFolder({ TMPDIR }: Readonly<Record<string, string>>, uid: number): string | undefined {
  const path = join(absolute(TMPDIR) ?? '/tmp', `appimage-run-${uid}`);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch {
    // It is there, or can not be made; what is there now decides.
  }
  const folder = lstatSync(path, { throwIfNoEntry: false });
  return folder?.isDirectory() && folder.uid === uid && (folder.mode & 0o077) === 0 ? path : undefined;
}

function unixOf(address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  return absolute(address.replace(/^unix:/, '')) ?? unixPath(address);
}

function addressOf(socket: string | undefined): string | undefined {
  return socket === undefined
    ? undefined
    : `unix:path=${encodeURI(socket).replaceAll(',', '%2C').replaceAll(';', '%3B')}`;
}

/** Without a slash at its end, which would make it another one when it is compared. */
function absolute(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? resolve(path) : undefined;
}

/** Also of what is not there yet, as far as it is. */
function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path === '/' ? path : join(realOf(dirname(path)), basename(path));
  }
}

interface User {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
  readonly home: string;
}

/**
 * Who this is. In a container there may be nobody of that number; the environment then has to say where the home folder is.
 *
 * @throws AppImageError `unsupported` where that leads nowhere, or to the root
 */
function whoIsThis(environment: Readonly<Record<string, string>>): User {
  const known = knownUser();
  const home = absolute(environment['HOME']) ?? known?.homedir;
  if (home === undefined || home === '/') {
    throw new AppImageError(
      'unsupported',
      `Cannot confine: expected a home folder to have another one in its place, found ${home ?? 'none'}; set HOME to a folder, such as HOME=/home/user`,
    );
  }
  const { uid = process.getuid?.() ?? 0, gid = process.getgid?.() ?? 0, username = 'user' } = known ?? {};
  return { uid, gid, name: safeName(username), home };
}

function knownUser(): UserInfo<string> | undefined {
  try {
    return userInfo();
  } catch {
    return undefined;
  }
}

function safeName(name: string): string {
  return /^[\w.@-]+$/.test(name) ? name : 'user';
}

function definedOnly(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
