import { constants } from 'node:fs';
import { readFile, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { cachePlaces, openCachePlace } from '../cache/cache-folder.ts';
import { findProgram } from '../find-program.ts';
import { mountOptionsOf } from '../mount-table.ts';
import { installRemedy } from './distribution.ts';
import { type Finding, finding } from './finding.ts';
import type { RuntimeReport } from './runtime-report.ts';
import { mayUse, type ProbedSystem, readSetting } from './system.ts';

const FUSE = '/dev/fuse';
/** What a graphical application has, unpacked. */
const ROOM = 500 * 2 ** 20;

/** All that the start of an AppImage rests on. */
export async function probeStart(system: ProbedSystem, report: RuntimeReport | undefined): Promise<Finding[]> {
  return [
    probeRuntime(system, report),
    await probeFuse(system),
    probeFusermount(system, report),
    await probeNamespaces(system, report),
    await probeCache(system, report),
    ...(await probeFolders(system)),
  ];
}

function probeRuntime({ host }: ProbedSystem, report: RuntimeReport | undefined): Finding {
  const base = { id: 'runtime', area: 'start', title: 'AppImages start' } as const;
  if (report === undefined) {
    const found =
      host.runtimeState === 'missing'
        ? `there is no runtime for ${host.architecture}`
        : `${host.runtime} may not be executed`;
    const remedy =
      host.runtimeState === 'missing'
        ? undefined
        : `chmod +x ${host.runtime}, or install on a file system without noexec`;
    return finding({ ...base, state: 'broken', found, remedy });
  }
  const { startsBy } = report;
  if (startsBy !== undefined) return finding({ ...base, state: 'ok', found: `by ${startsBy}` });
  return finding({ ...base, state: 'broken', found: 'no way to start one works', remedy: 'mend what follows' });
}

async function probeFuse({ distribution }: ProbedSystem): Promise<Finding> {
  const base = { id: 'fuse-device', area: 'start', title: 'FUSE' } as const;
  const known = /^nodev\tfuse$/m.test(await readFile('/proc/filesystems', 'utf8').catch(() => ''));
  if (mayUse(FUSE))
    return finding({ ...base, state: 'ok', found: known ? FUSE : `${FUSE}; the module is loaded when it is used` });
  if (mayUse(FUSE, constants.F_OK)) {
    return finding({
      ...base,
      state: 'weak',
      found: `${FUSE} may not be opened by this user`,
      remedy: `sudo chmod 666 ${FUSE}`,
    });
  }
  const container = await readContainer();
  const remedy =
    container === undefined
      ? `sudo modprobe fuse${distribution.family === 'alpine' ? ' (and "echo fuse | sudo tee /etc/modules-load.d/fuse.conf")' : ''}`
      : 'start the container with --device /dev/fuse --cap-add SYS_ADMIN';
  return finding({
    ...base,
    state: 'weak',
    found: `there is no ${FUSE}: AppImages are unpacked before they start`,
    remedy,
  });
}

function probeFusermount({ env, distribution }: ProbedSystem, report: RuntimeReport | undefined): Finding {
  const base = { id: 'fusermount', area: 'start', title: 'fusermount' } as const;
  const tried = report?.abilities.get('fusermount');
  if (tried?.works === true) return finding({ ...base, state: 'ok', found: tried.how });
  const isNeeded = report?.startsBy !== 'root' && report?.startsBy !== 'userns';
  const state = isNeeded ? 'weak' : 'absent';
  const program = findProgram(['fusermount3', 'fusermount'], `${env['PATH'] ?? ''}:/run/wrappers/bin:/usr/bin:/bin`);
  const found = tried === undefined || tried.how === '' ? `${program ?? 'fusermount3'} does not work` : tried.how;
  const install = installRemedy(distribution, { others: 'fuse3', nixos: 'programs.fuse.enable = true' });
  const remedy =
    distribution.family === 'nixos'
      ? 'programs.fuse.enable = true'
      : program === undefined
        ? install
        : `sudo chmod 4755 ${program}`;
  return finding({ ...base, state, found, remedy });
}

/** The kernel's settings that take user namespaces from ordinary users, and the word that gives them back. */
const NAMESPACE_SETTINGS = [
  { path: '/proc/sys/user/max_user_namespaces', value: '0', mend: 'sudo sysctl -w user.max_user_namespaces=15000' },
  {
    path: '/proc/sys/kernel/unprivileged_userns_clone',
    value: '0',
    mend: 'sudo sysctl -w kernel.unprivileged_userns_clone=1',
  },
  {
    path: '/proc/sys/kernel/apparmor_restrict_unprivileged_userns',
    value: '1',
    mend: 'an AppArmor profile with "userns," for the program, or sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
  },
] as const;

async function probeNamespaces({ host }: ProbedSystem, report: RuntimeReport | undefined): Promise<Finding> {
  const base = { id: 'user-namespaces', area: 'start', title: 'user namespaces' } as const;
  const tried = report?.abilities.get('userns');
  const settings = await Promise.all(
    NAMESPACE_SETTINGS.map(async (one) => ({ ...one, isSet: (await readSetting(one.path)) === one.value })),
  );
  const set = settings.filter(({ isSet }) => isSet);
  const words = set.map(({ path, value }) => `${path.replace('/proc/sys/', '').replaceAll('/', '.')} is ${value}`);
  if (tried?.works === true) {
    return finding({
      ...base,
      state: 'ok',
      found: words.length === 0 ? 'work' : `work for this user, though ${words.join(', ')}`,
    });
  }
  const reason = tried === undefined || tried.how === '' ? 'not tried' : tried.how;
  const withoutDevice = !mayUse(FUSE) && words.length === 0;
  if (withoutDevice) return finding({ ...base, state: 'absent', found: `not tried with FUSE: ${reason}` });
  const remedy =
    set.map(({ mend }) => mend).join('; ') ||
    (host.platform === 'linux'
      ? 'a container or security module forbids them: it has to be told to allow them'
      : undefined);
  return finding({ ...base, state: 'weak', found: [...words, reason].join('; '), remedy });
}

async function probeCache({ env }: ProbedSystem, report: RuntimeReport | undefined): Promise<Finding> {
  const base = { id: 'extraction-cache', area: 'start', title: 'extraction cache' } as const;
  const tried = report?.abilities.get('extract');
  const places = cachePlaces(env);
  const reasons: string[] = [];
  for (const place of places) {
    const distrust = await openCachePlace(place);
    if (distrust !== undefined) {
      reasons.push(`${place.path}: ${distrust}`);
      continue;
    }
    const { bavail, bsize } = await statfs(place.path);
    const room = bavail * bsize;
    const found = `${place.path}, ${Math.floor(room / 2 ** 20)} MiB free`;
    if (room < ROOM) {
      const remedy =
        'free some space, or name a folder on another disk in XDG_CACHE_HOME; "appimage cache clean" removes what is not in use';
      return finding({ ...base, state: 'weak', found: `little room: ${found}`, remedy });
    }
    return finding({ ...base, state: 'ok', found });
  }
  const found = tried === undefined || tried.how === '' ? reasons.join('; ') : tried.how;
  const remedy = 'name a folder of this user with room, from which programs may be run, in XDG_CACHE_HOME';
  return finding({ ...base, state: 'weak', found, remedy });
}

async function probeFolders({ env }: ProbedSystem): Promise<Finding[]> {
  const folders = {
    'temporary-folder': env['TMPDIR'] ?? tmpdir(),
    home: env['HOME'],
    'runtime-folder': env['XDG_RUNTIME_DIR'],
  };
  const titles = { 'temporary-folder': 'temporary folder', home: 'home', 'runtime-folder': 'runtime folder' };
  const probed = Object.entries(folders).map(async ([id, path]): Promise<Finding> => {
    const base = { id, area: 'start', title: titles[id as keyof typeof titles] } as const;
    if (path === undefined || path === '') return finding({ ...base, state: 'absent', found: 'not set' });
    if (!mayUse(path, constants.W_OK | constants.X_OK)) {
      return finding({
        ...base,
        state: 'weak',
        found: `${path} may not be written to`,
        remedy: 'make it writable for this user, or set another one',
      });
    }
    const options = await mountOptionsOf(path);
    if (options.includes('noexec') && id !== 'runtime-folder') {
      return finding({
        ...base,
        state: 'weak',
        found: `${path} is mounted noexec: programs may not be run from there`,
        remedy: `sudo mount -o remount,exec ${path}, or another folder`,
      });
    }
    return finding({ ...base, state: 'ok', found: path });
  });
  return await Promise.all(probed);
}

/** Which container this is, by the marks that engines leave; undefined for none. */
export async function readContainer(): Promise<string | undefined> {
  const marks: ReadonlyArray<readonly [string, string]> = [
    ['/.dockerenv', 'Docker'],
    ['/run/.containerenv', 'Podman'],
    ['/.flatpak-info', 'Flatpak'],
  ];
  const found = marks.find(([path]) => mayUse(path, constants.F_OK))?.[1];
  if (found !== undefined) return found;
  const systemd = await readSetting('/run/systemd/container');
  if (systemd !== undefined) return systemd;
  return /(?:^|\0)container=([^\0]+)/.exec(await readFile('/proc/1/environ', 'latin1').catch(() => ''))?.[1];
}
