import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { AppImageError } from '@appimage-js/format';
import { ioError } from '@appimage-js/format/node';
import type { Environment } from '../cache/cache-folder.ts';
import { findProgram } from '../find-program.ts';
import { readMechanisms } from '../mechanism/index.ts';
import { CONTENTS, type LaunchThrough, workingDirectory } from '../plan.ts';
import { readRoot } from './read-root.ts';
import { planStandardRoot } from './standard-root.ts';

/** Options of {@link provideRoot}. */
export interface ProvideRootOptions {
  /** Working directory of the application. Default: that of this process. */
  readonly cwd?: string;
  /** Default: the environment of this process. */
  readonly env?: Environment;
  readonly signal?: AbortSignal;
}

/** What is started in the place of the application, and the root that it will find, where there is one on the disk. */
export interface ProvidedRoot {
  readonly through: LaunchThrough;
  readonly root?: string;
}

/** Programs of NixOS that give what they start a usual root by themselves. */
const WRAPPERS: Readonly<Record<string, (program: string) => LaunchThrough>> = {
  'steam-run': (program) => ({ program, args: [`${CONTENTS}/AppRun`] }),
  'appimage-run': (program) => ({ program, args: ['-w', CONTENTS, '--'] }),
};

/**
 * Provides the usual root of a Linux system, on a host that has none (NixOS, Alpine, minimal containers). `source` is a
 * directory, an OCI image (a layout, or a tarball of one, as `docker save` and `skopeo copy` make them), `steam-run` or
 * `appimage-run`, or `auto` for the first of these two that is there.
 *
 * @throws AppImageError `not-found` for a source that is none, `not-permitted` where nothing makes a namespace here, `untrusted` for an
 *   image whose contents do not have the digests that it names, `io` when unpacking it fails
 */
export async function provideRoot(source: string, options: ProvideRootOptions = {}): Promise<ProvidedRoot> {
  const { cwd = workingDirectory(), env = process.env, signal } = options;
  const wrapper = findWrapper(source, env);
  if (wrapper !== undefined) return { through: wrapper };
  const root = await directoryOf(source, { env, signal });
  const program = await findNamespaceProgram(env, signal);
  return { root, through: planStandardRoot(await readRoot(root, program), cwd) };
}

function findWrapper(source: string, env: Environment): LaunchThrough | undefined {
  const names = source === 'auto' ? Object.keys(WRAPPERS) : [source].filter((name) => Object.hasOwn(WRAPPERS, name));
  const program = names.length === 0 ? undefined : findProgram(names, env['PATH']);
  if (program !== undefined) return WRAPPERS[basename(program)]?.(program);
  if (names.length === 0) return undefined;
  throw new AppImageError(
    'not-found',
    `Cannot provide a standard root: expected ${names.join(' or ')} on the PATH, found neither; name a directory or an OCI image instead`,
  );
}

/** Bubblewrap, else this toolkit's own program: both understand what the plan asks for. */
async function findNamespaceProgram(env: Environment, signal: AbortSignal | undefined): Promise<string> {
  const { bubblewrap, own, obstacles } = await readMechanisms({ path: env['PATH'], ...(signal && { signal }) });
  if (bubblewrap.works) return bubblewrap.path;
  if (own.works) return own.path;
  const remedies = obstacles.map(({ what, remedy }) => `${what}: ${remedy}`);
  throw new AppImageError(
    'not-permitted',
    `Cannot provide a standard root: neither bubblewrap (${bubblewrap.reason}) nor a namespace of our own (${own.reason}) works here; ${remedies.join('; ') || 'install bubblewrap'}`,
  );
}

async function directoryOf(
  source: string,
  options: { readonly env: Environment; readonly signal: AbortSignal | undefined },
): Promise<string> {
  const found = await stat(source).catch((cause: unknown) => {
    throw ioError(`Cannot open ${source}`, source, cause);
  });
  if (found.isDirectory() && !(await isFile(`${source}/oci-layout`)) && !(await isFile(`${source}/manifest.json`))) {
    return source;
  }
  const { unpackOciImage } = await import('./unpack-oci-image.ts');
  return await unpackOciImage(source, options);
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}
