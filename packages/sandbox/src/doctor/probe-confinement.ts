import { constants } from 'node:fs';
import { findProgram } from '../find-program.ts';
import { installRemedy } from './distribution.ts';
import { type Finding, finding } from './finding.ts';
import type { RuntimeReport } from './runtime-report.ts';
import { mayUse, type ProbedSystem, readSetting, tryProgram } from './system.ts';

/** What confining an application rests on. */
export async function probeConfinement(system: ProbedSystem, report: RuntimeReport | undefined): Promise<Finding[]> {
  return [
    await probeBubblewrap(system),
    probeSeccomp(report),
    await probeLandlock(),
    probeProxy(system),
    probePortals(system),
  ];
}

async function probeBubblewrap({ env, distribution }: ProbedSystem): Promise<Finding> {
  const base = { id: 'bubblewrap', area: 'confinement', title: 'bubblewrap' } as const;
  const program = findProgram(['bwrap'], env['PATH']);
  const install = installRemedy(distribution, { others: 'bubblewrap' });
  if (program === undefined)
    return finding({ ...base, state: 'weak', found: 'there is no bwrap on the PATH', remedy: install });
  const args = [
    '--ro-bind',
    '/',
    '/',
    '--dev',
    '/dev',
    '--unshare-user',
    '--unshare-pid',
    '--unshare-ipc',
    '--',
    '/proc/self/exe',
    '--version',
  ];
  const { works, complaint } = await tryProgram(program, args, env);
  if (works) return finding({ ...base, state: 'ok', found: program });
  const isForbidden = (await readSetting('/proc/sys/kernel/apparmor_restrict_unprivileged_userns')) === '1';
  const remedy = isForbidden
    ? 'an AppArmor profile with "userns," for bwrap (Ubuntu: the package apparmor-profiles has bwrap-userns-restrict)'
    : 'allow user namespaces, see there; or make bwrap setuid: sudo chmod u+s bwrap';
  return finding({ ...base, state: 'broken', found: `${program} does not work: ${complaint}`, remedy });
}

function probeSeccomp(report: RuntimeReport | undefined): Finding {
  const works = report?.abilities.get('seccomp')?.works === true;
  return finding({
    id: 'seccomp',
    area: 'confinement',
    title: 'seccomp',
    state: works ? 'ok' : 'weak',
    found: works ? 'filters work' : 'this kernel has no filters of system calls, or may not be asked for them',
    remedy: 'a kernel with CONFIG_SECCOMP_FILTER',
  });
}

async function probeLandlock(): Promise<Finding> {
  const base = { id: 'landlock', area: 'confinement', title: 'Landlock' } as const;
  const modules = await readSetting('/sys/kernel/security/lsm');
  if (modules === undefined)
    return finding({
      ...base,
      state: 'absent',
      found: 'the kernel does not tell (/sys/kernel/security is not mounted)',
    });
  if (modules.split(',').includes('landlock'))
    return finding({ ...base, state: 'ok', found: 'is among the security modules' });
  return finding({
    ...base,
    state: 'weak',
    found: `is not among the security modules (${modules})`,
    remedy: `add "lsm=landlock,${modules}" to the kernel's command line`,
  });
}

function probeProxy({ env, distribution }: ProbedSystem): Finding {
  const base = { id: 'dbus-proxy', area: 'confinement', title: 'xdg-dbus-proxy' } as const;
  const program = findProgram(['xdg-dbus-proxy'], env['PATH']);
  if (program !== undefined) return finding({ ...base, state: 'ok', found: program });
  const remedy = installRemedy(distribution, { others: 'xdg-dbus-proxy' });
  return finding({ ...base, state: 'weak', found: 'not there: what is confined gets no D-Bus', remedy });
}

function probePortals({ env, distribution }: ProbedSystem): Finding {
  const base = { id: 'portals', area: 'confinement', title: 'portals' } as const;
  if (env['DBUS_SESSION_BUS_ADDRESS'] === undefined && env['XDG_RUNTIME_DIR'] === undefined) {
    return finding({ ...base, state: 'absent', found: 'there is no session' });
  }
  const folders = (env['XDG_DATA_DIRS'] ?? '/usr/local/share:/usr/share').split(':');
  const service = folders.map((folder) => `${folder}/dbus-1/services/org.freedesktop.portal.Desktop.service`);
  const there = service.find((path) => mayUse(path, constants.R_OK));
  if (there !== undefined) return finding({ ...base, state: 'ok', found: there });
  const remedy = installRemedy(distribution, { others: 'xdg-desktop-portal and the backend of the desktop' });
  return finding({ ...base, state: 'weak', found: 'not there: what is confined can not ask for files', remedy });
}
