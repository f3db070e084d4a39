/*
 * `appimage run --sandbox FILE [ARGS…]`, by the same means as `start.ts`: without the command line's own code, and for images that were
 * started before. Whatever has to be asked or reported is left to the command.
 */
import { prepareConfinedStart, startConfined } from '@appimage-js/sandbox';
import { applicationArgs } from './application-args.ts';

/** What the command was started with. */
interface Start {
  readonly args: readonly string[];
  readonly environment: Readonly<NodeJS.ProcessEnv>;
}

/** Starts the application and answers its status; undefined when nothing was started. */
export async function tryStartConfined({
  args: [, , file = '', ...rest],
  environment: env,
}: Start): Promise<number | undefined> {
  if (file === '' || file.startsWith('-')) return undefined;
  let isLaunched = false;
  try {
    const prepared = await prepareConfinedStart({ file, args: applicationArgs(rest), env });
    return (await startConfined(prepared, { onLaunch: () => (isLaunched = true) })).status;
  } catch (error) {
    if (!isLaunched) return undefined; // the command tries the same, and reports it
    process.stderr.write(`appimage: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}
