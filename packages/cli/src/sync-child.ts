import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { AppImageError } from '@appimage-js/format';
import type { DaemonSyncRequest, DaemonSyncResult } from '@appimage-js/integrator';
import { ownCommand } from './own-command.ts';

/** What the child is told beside `sync --json`. */
export interface SyncChildOptions extends DaemonSyncRequest {
  readonly environment: Readonly<NodeJS.ProcessEnv>;
  readonly args: readonly string[];
}

const TIMEOUT_MILLISECONDS = 15 * 60_000;
/** What a child that was asked to stop is given to do so. */
const GRACE_MILLISECONDS = 5000;
/** More than thousands of images are told in. */
const MAXIMUM_OUTPUT = 64 * 1_048_576;

/**
 * Syncs in a process of its own, which gives all its memory back, and which no image takes the caller with.
 *
 * @throws AppImageError `io` for one that fails, with what it said
 */
export async function syncInChild({
  environment,
  args,
  unsettled,
  signal,
}: SyncChildOptions): Promise<DaemonSyncResult> {
  const [program, ...words] = [...ownCommand(environment), 'sync', '--json', '--let-be', ...args];
  const child = spawn(program as string, words, { env: environment, stdio: 'pipe' });
  const ended = once(child, 'close');
  const timeout = AbortSignal.timeout(TIMEOUT_MILLISECONDS);
  let killer: NodeJS.Timeout | undefined;
  const stop = () => {
    child.kill('SIGTERM');
    killer ??= setTimeout(() => child.kill('SIGKILL'), GRACE_MILLISECONDS);
  };
  const either = AbortSignal.any([signal, timeout]);
  either.addEventListener('abort', stop);
  if (either.aborted) stop();
  try {
    const output = gather(child.stdout, stop);
    const errors = gather(child.stderr, stop);
    child.stdin.on('error', () => undefined); // one that has ended tells why in another way
    child.stdin.end([...unsettled].map((path) => `${path}\0`).join(''));
    const [status, ending] = (await ended) as [number | null, NodeJS.Signals | null];
    signal.throwIfAborted();
    if (status === 0) return parseResult(output());
    const reason = ending === null ? (messageOf(errors()) ?? `exit status ${status}`) : `ended by ${ending}`;
    throw new AppImageError('io', timeout.aborted ? 'Cannot sync: it took too long' : `Cannot sync: ${reason}`);
  } finally {
    either.removeEventListener('abort', stop);
    clearTimeout(killer);
  }
}

/** The text of a stream, which may not have too much of it. */
function gather(stream: NodeJS.ReadableStream, stop: () => void): () => string {
  const chunks: Buffer[] = [];
  let length = 0;
  stream.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > MAXIMUM_OUTPUT) stop();
    else chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString('utf8');
}

function parseResult(text: string): DaemonSyncResult {
  const {
    images = [],
    written = [],
    removed = [],
    remarks = [],
    reason = null,
  } = JSON.parse(text) as Partial<DaemonSyncResult & { readonly reason: string }>;
  const known = images.map(({ path, volume }) => ({ path, volume }));
  return { images: known, written, removed, remarks, standingBack: reason };
}

/** What the last line says that is an error. */
function messageOf(text: string): string | undefined {
  for (const line of text.trim().split('\n').toReversed()) {
    try {
      const { error } = JSON.parse(line) as { readonly error?: { readonly message?: string } };
      if (error?.message !== undefined) return error.message;
    } catch {
      // A note.
    }
  }
  return undefined;
}
