import { readdir, readFile } from 'node:fs/promises';
import { report as nodeReport } from 'node:process';
import { isUsualHost } from '../needs/check-needs.ts';
import { readHostLibraries } from '../needs/host-libraries.ts';
import { installRemedy } from './distribution.ts';
import { type Finding, finding } from './finding.ts';
import { readContainer } from './probe-start.ts';
import type { ProbedSystem } from './system.ts';

/** What programs in AppImages find here: libraries, and who else starts them. */
export async function probePrograms(system: ProbedSystem): Promise<Finding[]> {
  return [probeLibc(system), await probeOldFuse(system), await probeBinfmt(), await probeContainer()];
}

function probeLibc({ host, distribution }: ProbedSystem): Finding {
  const base = { id: 'libc', area: 'start', title: 'C library' } as const;
  const version = glibcVersion();
  if (isUsualHost(host.architecture))
    return finding({ ...base, state: 'ok', found: version === undefined ? 'glibc' : `glibc ${version}` });
  const remedies = {
    alpine: 'sudo apk add gcompat, or --fhs with an image of Debian for those that need more',
    nixos: 'programs.nix-ld.enable = true, or --fhs auto with appimage-run or steam-run installed',
  } as const;
  const { family } = distribution;
  const remedy =
    family === 'alpine' || family === 'nixos'
      ? remedies[family]
      : 'run those that bring no C library of their own with --fhs SOURCE';
  return finding({
    ...base,
    state: 'weak',
    found: "glibc's loader or its list of libraries is not in its usual place",
    remedy,
  });
}

/** Node was linked with the libc that is here. */
function glibcVersion(): string | undefined {
  const { header }: { header?: { glibcVersionRuntime?: string } } = nodeReport?.getReport() ?? {};
  return header?.glibcVersionRuntime;
}

/** Older AppImages open it by themselves; `appimage run` does not need it. */
async function probeOldFuse({ distribution }: ProbedSystem): Promise<Finding> {
  const base = { id: 'libfuse2', area: 'start', title: 'libfuse2' } as const;
  const libraries = await readHostLibraries();
  if (libraries.hasLibrary('libfuse.so.2')) return finding({ ...base, state: 'ok', found: 'libfuse.so.2' });
  const found = 'not there: older AppImages do not start by themselves, and do by "appimage run"';
  const remedy = installRemedy(distribution, {
    debian: 'libfuse2',
    fedora: 'fuse-libs',
    suse: 'libfuse2',
    others: 'fuse2',
    alpine: 'fuse',
  });
  return finding({ ...base, state: 'absent', found: `${found} (or: ${remedy})` });
}

/** Whoever is registered for AppImages starts them, whatever their own runtime is. */
async function probeBinfmt(): Promise<Finding> {
  const base = { id: 'binfmt', area: 'start', title: 'handlers of AppImages' } as const;
  const folder = '/proc/sys/fs/binfmt_misc';
  const names = await readdir(folder).catch(() => []);
  const traps: string[] = [];
  for (const name of names) {
    const text = await readFile(`${folder}/${name}`, 'utf8').catch(() => '');
    // "AI" at offset 8, with or without what stands before.
    const isOurs = /^offset 8$/m.test(text) ? /^magic 4149/m.test(text) : /^magic 7f454c46.{8}4149/m.test(text);
    if (text.startsWith('enabled') && isOurs) traps.push(`${name} (${/^interpreter (.*)$/m.exec(text)?.[1] ?? '?'})`);
  }
  if (traps.length === 0) return finding({ ...base, state: 'ok', found: 'none is registered with the kernel' });
  const entry = (traps[0] ?? '').split(' ')[0];
  return finding({
    ...base,
    state: 'weak',
    found: `${traps.join(', ')}: AppImages that are started directly are handed to it, which newer runtimes do not expect; "appimage run" is not concerned`,
    remedy: `echo -1 | sudo tee ${folder}/${entry}, and remove the package that registers it`,
  });
}

async function probeContainer(): Promise<Finding> {
  const base = { id: 'container', area: 'start', title: 'container' } as const;
  const found = await readContainer();
  return finding({ ...base, state: found === undefined ? 'absent' : 'ok', found: found ?? 'this is none' });
}
