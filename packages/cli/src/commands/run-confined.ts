import { createInterface } from 'node:readline/promises';
import type { ConfinedStartOptions, PermissionQuestion, PreparedStart } from '@appimage-js/sandbox';
import { printable, showPath } from '../output/printable.ts';
import { quoteForShell } from '../output/quote-for-shell.ts';
import type { Session } from '../session.ts';
import { rethrowUsage, UsageError } from '../usage-error.ts';

/** What `run` was told about confinement. */
export interface ConfinementFlags {
  readonly level?: string | undefined;
  readonly allow?: readonly string[] | undefined;
  readonly deny?: readonly string[] | undefined;
  readonly allowWeaker?: true | undefined;
  readonly dryRun?: true | undefined;
  readonly sandbox?: true | undefined;
  readonly detach?: true | undefined;
  readonly fhs?: string | undefined;
}

/** Whether a start is to be confined; options that mean nothing without the other are a mistake, and may not be passed over. */
export function isConfined({ sandbox, level, allow, deny, allowWeaker, detach, fhs }: ConfinementFlags): boolean {
  if (sandbox !== true && level === undefined) {
    if (allow === undefined && deny === undefined && allowWeaker === undefined) return false;
    throw new UsageError('Cannot run: --allow, --deny and --allow-weaker need --sandbox');
  }
  if (detach === true || fhs !== undefined)
    throw new UsageError('Cannot run: --sandbox goes neither with --detach nor with --fhs');
  return true;
}

/** Starts an application confined, or prints how it would be. The status of this process is the application's. */
export async function runConfined(
  session: Session,
  file: string,
  args: readonly string[],
  flags: ConfinementFlags,
): Promise<void> {
  const { prepareConfinedStart, startConfined } = await import('@appimage-js/sandbox');
  const options: ConfinedStartOptions = {
    file,
    args,
    env: session.environment,
    level: flags.level,
    allow: flags.allow ?? [],
    deny: flags.deny ?? [],
    allowWeaker: flags.allowWeaker === true,
    dryRun: flags.dryRun === true,
    ...(canAsk() && { ask: (question: PermissionQuestion) => ask(session, question) }),
  };
  const prepared = await prepareConfinedStart(options).catch((error: unknown) => rethrowUsage(error));
  if (flags.dryRun === true) return await printPlan(session, prepared);
  for (const { what, givesUp } of prepared.plan.refused) session.note(`${what}: started without ${givesUp}`);
  if (session.settings.verbose) for (const note of notesOf(prepared)) session.note(note);
  const { status } = await startConfined(prepared);
  session.exitStatus = status;
}

/** Collects an option that may be given several times. */
export function collectWord(word: string, words: readonly string[] | undefined): readonly string[] {
  return [...(words ?? []), word];
}

function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

async function ask(session: Session, { application, kind, lines, knownFiles }: PermissionQuestion): Promise<boolean> {
  const name = `${application.name} (${showPath(application.path)})`;
  if (kind === 'grants') {
    session.note(`${name} asks for more than it was granted:`);
    for (const line of lines) session.note(`  ${line}`);
  } else {
    session.note(`${name} says that it is an application that is ${knownFiles.join(', ')} so far.`);
    session.note('If it is, it gets the files and the permissions of that one.');
  }
  const prompt = kind === 'grants' ? 'Grant that? [y/N] ' : 'Is it the same application? [y/N] ';
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(prompt)).trim());
  } finally {
    terminal.close();
  }
}

function notesOf({ plan }: PreparedStart): string[] {
  return [...plan.missing.map((text) => `not there: ${text}`), ...plan.notes];
}

async function printPlan(session: Session, prepared: PreparedStart): Promise<void> {
  const { application, decision, plan } = prepared;
  if (session.settings.json) {
    const { confinement, ...rest } = plan;
    const shown = { ...confinement, files: Object.keys(confinement.files) };
    return await session.printJson({ application, wanted: decision.wanted, ...rest, confinement: shown });
  }
  const { confinement } = plan;
  const words = ['bwrap', ...confinement.arguments.map((word) => (typeof word === 'string' ? word : `<${word.file}>`))];
  const lines = [
    words.concat('--', confinement.command).map(quoteForShell).join(' '),
    '',
    ...plan.proxies.map(({ bus, rules }) => `${bus} bus: xdg-dbus-proxy ${rules.map(quoteForShell).join(' ')}`),
    '',
    ...plan.grants.map(({ what, why, from }) => `grant   ${what}: ${why} (${from})`),
    ...decision.wanted.map(({ kind, value }) => `wanted  ${kind}=${value}: is asked about before a start`),
    ...plan.refused.map(({ what, reason, remedy }) => `refused ${what}: ${reason}; ${remedy}`),
    ...notesOf(prepared).map((note) => `note    ${note}`),
  ];
  await session.stdout.write(`${lines.map(printable).join('\n')}\n`);
}
