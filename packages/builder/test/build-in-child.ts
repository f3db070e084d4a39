/*
 * Builds an image in a process of its own, for tests of what differs between processes: umask, time zone, threads, signals.
 * Argument: the options as JSON. Prints the path, or the error as JSON and exits with 1.
 */
import { type BuildOptions, buildAppImage } from '@appimage-js/builder';

const { umask, ...options } = JSON.parse(process.argv[2] ?? '{}') as BuildOptions & { readonly umask?: number };
if (umask !== undefined) process.umask(umask);
const interruption = new AbortController();
process.once('SIGINT', () => interruption.abort());
try {
  const { path } = await buildAppImage({ ...options, signal: interruption.signal });
  process.stdout.write(path);
} catch (error) {
  process.stdout.write(JSON.stringify({ name: (error as Error).name, ...JSON.parse(JSON.stringify(error)) }));
  process.exitCode = 1;
}
