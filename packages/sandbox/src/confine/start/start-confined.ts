import { closeSync, constants, openSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { AppImageError } from '@appimage-js/format';
import { ioError } from '@appimage-js/format/node';
import {
  type ConfinedResult,
  launchConfined,
  type Mechanism,
  type SpawnPlan,
  spawnConfined,
} from '../../mechanism/index.ts';
import { planLaunch } from '../../plan.ts';
import { isAlreadyRunning, makeInstanceFolders } from '../../portal/instance-folder.ts';
import { planProxies, READY_DESCRIPTOR } from './bus-proxy.ts';
import { firstByte } from './first-byte.ts';
import { startNestedServer } from './nested-server.ts';
import type { PreparedStart } from './prepare-start.ts';
import { preparePrivateHome } from './private-home.ts';
import { forgetMechanisms } from './recall-mechanisms.ts';

/** Options of {@link startConfined}. */
export interface StartConfinedOptions {
  /** Ends the application with SIGTERM. */
  readonly signal?: AbortSignal | undefined;
  /** Called when all is ready, right before the application is started: what fails before that may be tried again. */
  readonly onLaunch?: () => void;
}

/** Only names a file, and follows no link; what is bound by it can not be exchanged meanwhile. */
const NAME_ONLY = 0o10_000_000 | constants.O_NOFOLLOW; // O_PATH, which Node has no name for

/**
 * Starts an application as it was prepared, and waits for its end. Whatever ends, this process included, nothing stays behind: the
 * confinement ends with this process, the proxies with the confinement, the mount with the last that uses it.
 *
 * @throws AppImageError `io` or `not-permitted` when it can not be started
 * @throws TypeError for a start that was prepared only to be shown
 */
export async function startConfined(
  prepared: PreparedStart,
  { signal, onLaunch }: StartConfinedOptions = {},
): Promise<ConfinedResult> {
  signal?.throwIfAborted();
  const { plan, mechanism, application } = prepared;
  if (mechanism === undefined) throw new TypeError('Cannot start: it was prepared only to be shown');
  using _folders = makeInstanceFolders(plan, application.identity);
  checkMountPoints(prepared, mechanism);
  preparePrivateHome(plan);
  await using _proxies = await startProxies(prepared, mechanism, signal);
  await using _server = plan.nestedServer && (await startNestedServer(plan.nestedServer, prepared.host, mechanism));
  using places = openPlaces(plan.descriptors);
  const { portal } = plan;
  onLaunch?.();
  const launched = launchConfined(plan.confinement, mechanism, {
    descriptors: places.descriptors,
    ...(signal && { signal }),
    // The portals look there for the processes of who calls them.
    ...(portal && { onStarted: ({ json }) => writeFileSync(join(portal.folder, 'bwrapinfo.json'), json) }),
    through: (program, words) => throughRuntime(prepared, program, words),
  });
  return await launched.catch((error: unknown) => {
    forgetMechanisms(prepared.options.env ?? process.env);
    throw error;
  });
}

/**
 * Mount points in a folder that a running application can change are safe only where no link is followed when they are used, which
 * bubblewrap does not know.
 */
function checkMountPoints({ plan, application }: PreparedStart, { name }: Mechanism): void {
  const isExposed = plan.home !== undefined && plan.home.mountPoints.length > 0;
  if (name === 'own' || !isExposed || !isAlreadyRunning(plan, application.identity)) return;
  throw new AppImageError(
    'not-permitted',
    `Cannot start ${application.path} again: it runs already, and could change where its grants are mounted; end it first, or do without grants below the home folder`,
    { path: application.path },
  );
}

/** The runtime makes the contents available, and then becomes the mechanism. */
function throughRuntime(
  { image, runtime, contents, options }: PreparedStart,
  program: string,
  words: readonly string[],
): SpawnPlan {
  const { file, args, env, cwd } = options;
  return planLaunch({
    file,
    image,
    host: runtime,
    contents,
    through: { program, args: words },
    ...(args && { args }),
    ...(env && { env }),
    ...(cwd !== undefined && { cwd }),
  });
}

interface OpenPlaces extends Disposable {
  readonly descriptors: Readonly<Record<string, number>>;
}

/** Opens what was planned to be bound; whatever has taken the place of it since then is refused. */
function openPlaces(paths: Readonly<Record<string, string>>): OpenPlaces {
  const descriptors: Record<string, number> = {};
  const close = () => {
    for (const descriptor of Object.values(descriptors)) closeSync(descriptor);
  };
  try {
    for (const [key, path] of Object.entries(paths)) descriptors[key] = openPlace(path);
  } catch (error) {
    close();
    throw error;
  }
  return { descriptors, [Symbol.dispose]: close };
}

function openPlace(path: string): number {
  let descriptor: number;
  try {
    descriptor = openSync(path, NAME_ONLY);
  } catch (cause) {
    throw ioError(`Cannot open ${path}`, path, cause);
  }
  const found = readlinkSync(`/proc/self/fd/${descriptor}`);
  if (found === path) return descriptor;
  closeSync(descriptor);
  const message = `Cannot confine: ${path} must be no link and not behind one, found ${found}; it was changed meanwhile`;
  throw new AppImageError('not-permitted', message, { path });
}

async function startProxies(
  { plan, host, options }: PreparedStart,
  mechanism: Mechanism,
  signal: AbortSignal | undefined,
): Promise<AsyncDisposable> {
  const confinement = planProxies(plan, host);
  if (confinement === undefined) return { [Symbol.asyncDispose]: () => Promise.resolve() };
  const { child, ended, kill } = spawnConfined(confinement, mechanism, { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  const complaint = child.stderr === null ? '' : text(child.stderr).catch(() => '');
  const stop = () => void child.kill('SIGKILL');
  signal?.addEventListener('abort', stop);
  const isReady = await Promise.race([firstByte(child.stdio[READY_DESCRIPTOR]), ended.then(() => false)]);
  signal?.removeEventListener('abort', stop);
  if (!isReady) {
    signal?.throwIfAborted();
    forgetMechanisms(options.env ?? process.env);
    const reason = (await complaint).trim().slice(-1000) || 'it has ended at once';
    throw new AppImageError('io', `Cannot start the filter of the message bus: ${reason}`);
  }
  return {
    [Symbol.asyncDispose]: async () => {
      kill('SIGTERM');
      child.stdio[READY_DESCRIPTOR]?.destroy(); // which ends it as well
      await ended;
    },
  };
}
