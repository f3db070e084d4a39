import { release } from 'node:os';
import type { Environment } from '../cache/cache-folder.ts';
import { readHost } from '../host.ts';
import { readDistribution } from './distribution.ts';
import type { Finding } from './finding.ts';
import { probeConfinement } from './probe-confinement.ts';
import { probeDesktop } from './probe-desktop.ts';
import { probePrograms } from './probe-programs.ts';
import { probeStart } from './probe-start.ts';
import { readRuntimeReport } from './runtime-report.ts';
import type { ProbedSystem } from './system.ts';

/** What was found about this system. */
export interface Diagnosis {
  /** Whether AppImages can be started, and the one that was asked about. */
  readonly canStart: boolean;
  /** The way that a start takes: `root`, `fusermount`, `userns`, `extract`; null where none works. */
  readonly startsBy: string | null;
  readonly system: { readonly kernel: string; readonly architecture: string; readonly distribution: string };
  readonly findings: readonly Finding[];
}

/** Options of {@link diagnose}. */
export interface DiagnoseOptions {
  /** An image or AppDir whose own needs are looked at, too. */
  readonly file?: string;
  /** Default: the environment of this process. */
  readonly env?: Environment;
  readonly signal?: AbortSignal;
}

/**
 * Looks at everything that starting and confining AppImages depends on, wherever possible by doing it. Mounts and processes that
 * are tried are gone afterwards; nothing of an image is run.
 *
 * @throws AppImageError when `file` can not be read
 */
export async function diagnose({ file, env = process.env, signal }: DiagnoseOptions = {}): Promise<Diagnosis> {
  const system: ProbedSystem = { host: readHost(), env, distribution: await readDistribution() };
  const report = await readRuntimeReport(system);
  const areas = await Promise.all([
    probeStart(system, report),
    probePrograms(system),
    probeConfinement(system, report),
    probeDesktop(system),
  ]);
  const ofImage = file === undefined ? [] : await (await import('./probe-image.ts')).probeImage(file, system, signal);
  const findings = [...areas.flat(), ...ofImage];
  const startsBy = report?.startsBy ?? null;
  return {
    canStart: startsBy !== null && !ofImage.some(({ state }) => state === 'broken'),
    startsBy,
    system: { kernel: release(), architecture: system.host.architecture, distribution: system.distribution.name },
    findings,
  };
}
