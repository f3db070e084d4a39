import { cpus, release, totalmem } from 'node:os';
import { execa } from 'execa';

/** What a time depends on. */
export async function machineFacts(): Promise<Record<string, string>> {
  const processors = cpus();
  return {
    processor: `${processors.length} × ${processors[0]?.model.trim() ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    kernel: release(),
    node: process.versions.node,
    mksquashfs: await versionOf('mksquashfs', ['-version'], /version (\S+)/),
    squashfuse: await versionOf('squashfuse_ll', ['--version'], /squashfuse (\S+)/),
    zsyncmake: await versionOf('zsyncmake', ['-V'], /zsync v(\S+)/),
  };
}

/** Whether a program is on the PATH: undefined when it is, otherwise why it is missing. */
export async function missingProgram(program: string, debianPackage: string): Promise<string | undefined> {
  const { exitCode } = await execa('sh', ['-c', 'command -v "$0"', program], { reject: false });
  return exitCode === 0 ? undefined : `not installed (Debian package ${debianPackage})`;
}

async function versionOf(program: string, args: string[], pattern: RegExp): Promise<string> {
  const { all = '' } = await execa(program, args, { reject: false, all: true, stdin: 'ignore' });
  return all.match(pattern)?.[1] ?? 'not installed';
}
