import { constants } from 'node:fs';
import { findProgram } from '../find-program.ts';
import { type MechanismFacts, readMechanisms } from '../mechanism/index.ts';
import { installRemedy } from './distribution.ts';
import { type Finding, finding } from './finding.ts';
import type { RuntimeReport } from './runtime-report.ts';
import { mayUse, type ProbedSystem } from './system.ts';

/** What confining an application rests on. */
export async function probeConfinement(system: ProbedSystem, report: RuntimeReport | undefined): Promise<Finding[]> {
  const facts = await readMechanisms({ path: system.env['PATH'] });
  return [
    probeBubblewrap(system, facts),
    probeOwn(facts),
    probeSeccomp(report),
    probeLandlock(facts),
    probeProxy(system),
    probePortals(system),
  ];
}

function probeBubblewrap({ distribution }: ProbedSystem, { bubblewrap, own, obstacles }: MechanismFacts): Finding {
  const base = { id: 'bubblewrap', area: 'confinement', title: 'bubblewrap' } as const;
  if (bubblewrap.works)
    return finding({ ...base, state: 'ok', found: `${bubblewrap.path}${bubblewrap.setuid ? ', setuid' : ''}` });
  const install = installRemedy(distribution, { others: 'bubblewrap' });
  const found =
    bubblewrap.path === undefined ? bubblewrap.reason : `${bubblewrap.path} does not work: ${bubblewrap.reason}`;
  const remedy = bubblewrap.path === undefined ? install : remedyFor(obstacles);
  return finding({ ...base, state: own.works ? 'weak' : 'broken', found, remedy });
}

/** What confines where there is no bubblewrap. */
function probeOwn({ bubblewrap, own, obstacles }: MechanismFacts): Finding {
  const base = { id: 'own-confinement', area: 'confinement', title: 'confinement without bubblewrap' } as const;
  if (own.works) return finding({ ...base, state: 'ok', found: own.path });
  return finding({
    ...base,
    state: bubblewrap.works ? 'absent' : 'broken',
    found: own.reason,
    remedy: remedyFor(obstacles),
  });
}

function remedyFor(obstacles: MechanismFacts['obstacles']): string | undefined {
  return obstacles.map(({ what, remedy }) => `${what}: ${remedy}`).join('; ') || undefined;
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

function probeLandlock({ landlock, confiner }: MechanismFacts): Finding {
  const base = { id: 'landlock', area: 'confinement', title: 'Landlock' } as const;
  if (landlock > 0) return finding({ ...base, state: 'ok', found: `version ${landlock}` });
  if (confiner === undefined)
    return finding({ ...base, state: 'absent', found: 'not asked: the program that does is not there' });
  const remedy = 'a kernel with CONFIG_SECURITY_LANDLOCK, and "landlock" in the list after lsm= on its command line';
  return finding({ ...base, state: 'weak', found: 'the kernel has none: there is one wall less', remedy });
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
