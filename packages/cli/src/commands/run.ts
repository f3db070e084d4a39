import {
  becomeApplication,
  checkNeeds,
  type HostFacts,
  type ImageFacts,
  isUsualHost,
  type LaunchPlan,
  planLaunch,
  provideContents,
  readHost,
  readImage,
} from '@appimage-js/sandbox';
import { Command } from '@commander-js/extra-typings';
import { applicationArgs } from '../application-args.ts';
import { quoteForShell } from '../output/quote-for-shell.ts';
import type { Session } from '../session.ts';
import { collectWord, isConfined, runConfined } from './run-confined.ts';

/** `appimage run` */
export function runCommand(session: Session) {
  return new Command('run')
    .description(
      'Starts the application in an AppImage of any kind, or in an AppDir. The file need not be executable, and what its own ' +
        'runtime needs need not be installed. This process becomes the application: pid, signals and exit status are its own. ' +
        'It is not confined, unless --sandbox is given. Options after FILE belong to the application.',
    )
    .argument('<FILE>', 'an AppImage, a bare file system image, or an AppDir')
    .argument('[ARGS...]', 'arguments of the application; a "--" before them is left out')
    .option('--detach', 'start it in a session of its own, and say only whether it has begun')
    .option('--log <FILE>', 'with --detach: where its output goes')
    .option(
      '--fhs <SOURCE>',
      'give it the root of a usual system: a directory, an OCI image, "steam-run", "appimage-run", or "auto"',
    )
    .option('--no-check', 'do not look for missing libraries before, on a host without the usual ones')
    .option('--dry-run', 'print what would be started, and start nothing')
    .option('--sandbox', 'confine it: it may do what was granted by "appimage permissions", or else the default')
    .option('--level <LEVEL>', 'with --sandbox, and implies it: strict, default or open, for this start')
    .option(
      '--allow <GRANT>',
      'with --sandbox: grant this for this start, too (may be given several times)',
      collectWord,
    )
    .option('--deny <GRANT>', 'with --sandbox: do without this (may be given several times)', collectWord)
    .option(
      '--allow-weaker',
      'with --sandbox: start also where a part of the confinement can not be had, and say which',
    )
    .passThroughOptions()
    .action(async (file, args, options) => {
      if (isConfined(options)) return await runConfined(session, file, applicationArgs(args), options);
      const image = await readImage(file);
      const plan = await planRun(session, { file, args, image, host: readHost(image), options });
      if (options.dryRun === true) await printPlan(session, plan);
      else if (options.detach === true) await startDetached(session, plan, options.log);
      else becomeApplication(plan);
    });
}

interface RunOptions {
  readonly fhs?: string | undefined;
  readonly check: boolean;
  readonly dryRun?: true | undefined;
}

interface Run {
  readonly file: string;
  readonly args: readonly string[];
  readonly image: ImageFacts;
  readonly host: HostFacts;
  readonly options: RunOptions;
}

async function planRun(session: Session, { file, args, image, host, options }: Run): Promise<LaunchPlan> {
  const env = session.environment;
  const request = { file, args: applicationArgs(args), env, image, host };
  if (options.check && options.fhs === undefined && !isUsualHost(host.architecture)) await checkNeeds(file, image);
  const through = options.fhs === undefined ? undefined : await provideThrough(session, options.fhs);
  const provided = options.dryRun === true ? {} : { contents: await provide(session, { file, image, host }) };
  return planLaunch({ ...request, ...provided, ...(through && { through }) });
}

/** What is unpacked for it can be interrupted; until then, signals are the application's. */
function provide(
  session: Session,
  what: { readonly file: string; readonly image: ImageFacts; readonly host: HostFacts },
) {
  return provideContents({
    ...what,
    env: session.environment,
    get signal() {
      return session.signal;
    },
  });
}

async function provideThrough(session: Session, source: string) {
  const { provideRoot } = await import('@appimage-js/sandbox');
  return (await provideRoot(source, { env: session.environment, signal: session.signal })).through;
}

async function startDetached(session: Session, plan: LaunchPlan, log: string | undefined): Promise<void> {
  const { launchDetached } = await import('@appimage-js/sandbox');
  const started = await launchDetached(plan, log === undefined ? {} : { log });
  if (session.settings.json) await session.printJson(started);
}

async function printPlan(session: Session, plan: LaunchPlan): Promise<void> {
  if (session.settings.json) return session.printJson(plan);
  const variables = Object.entries(plan.env).filter(([name]) => name.startsWith('TARGET_APPIMAGE'));
  const words = ['env', ...variables.map(([name, value]) => `${name}=${value}`), plan.command, ...plan.args];
  await session.stdout.write(`${words.map(quoteForShell).join(' ')}\n`);
}
