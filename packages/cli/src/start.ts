/*
 * `appimage run FILE [ARGS…]` in its most common form, without the command line's own code: Node needs its time to start, and what
 * is read after that adds to every start of an application. Built as one file with only those parts of the libraries in it that it
 * calls. Whatever is not plain is left to the command, which also says what is wrong.
 */
import {
  becomeApplication,
  canOpenContents,
  isUsualHost,
  planLaunch,
  readHost,
  readImage,
  runsHere,
} from '@appimage-js/sandbox';
import { applicationArgs } from './application-args.ts';

/** What the command was started with. */
interface Start {
  readonly args: readonly string[];
  readonly environment: Readonly<NodeJS.ProcessEnv>;
}

/** Becomes the application, or comes back with nothing done. */
export async function tryStart({ args: [, file = '', ...rest], environment: env }: Start): Promise<void> {
  if (file === '' || file.startsWith('-')) return;
  try {
    const image = await readImage(file);
    const host = readHost();
    const { architectures, payload } = image;
    if (!runsHere(architectures) || payload?.kind !== 'squashfs' || !isUsualHost(host.architecture)) return;
    if (!(await canOpenContents(image, host))) return;
    becomeApplication(planLaunch({ file, args: applicationArgs(rest), env, image, host }));
  } catch {
    // The command tries the same, and reports it.
  }
}
