import { becomeApplication, planLaunch, readHost, readImage } from '@appimage-js/sandbox';
import { Command } from '@commander-js/extra-typings';
import type { Session } from '../session.ts';

/** Options that the runtime keeps for itself, unless a "--" stands before them. */
const RUNTIME_OPTION = '--appimage-';

/** `appimage run` */
export function runCommand(session: Session) {
  return new Command('run')
    .description(
      'Starts the application in an AppImage. The file need not be executable, and what its own runtime needs need not be ' +
        'installed. This process becomes the application: pid, signals and exit status are its own. It is not confined. ' +
        'Options after FILE belong to the application.',
    )
    .argument('<FILE>', 'an AppImage, or a bare SquashFS image')
    .argument('[ARGS...]', 'arguments of the application; a "--" before them is left out')
    .passThroughOptions()
    .action(async (file, args) => {
      const image = await readImage(file);
      const plan = planLaunch({ file, args: applicationArgs(args), env: session.environment, image, host: readHost() });
      becomeApplication(plan);
    });
}

function applicationArgs(args: readonly string[]): readonly string[] {
  const [first, second] = args;
  return first === '--' && !second?.startsWith(RUNTIME_OPTION) ? args.slice(1) : args;
}
