import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  describeWord,
  formatWord,
  grantPermissions,
  type PermissionState,
  parsePermissions,
  permissionWords,
  readPermissions,
  resetPermissions,
  revokePermissions,
  setPermissions,
} from '@appimage-js/sandbox';
import { Argument, Command } from '@commander-js/extra-typings';
import { printable, showPath } from '../output/printable.ts';
import type { Session } from '../session.ts';
import { UsageError } from '../usage-error.ts';

const ACTIONS = ['show', 'grant', 'revoke', 'edit', 'reset', 'build'] as const;

/** `appimage permissions` */
export function permissionsCommand(session: Session) {
  return new Command('permissions')
    .description(
      'Shows and changes what an application may do when it is started by "run --sandbox". "show" says what is granted and where that ' +
        'comes from; "grant" and "revoke" take words such as network, wayland, dri, xdg-download:ro, ~/folder or talk=org.example.Name; ' +
        '"edit" opens the choice in $VISUAL or $EDITOR; "reset" forgets it; "build" runs the application and proposes what it needs.',
    )
    .addArgument(new Argument('<ACTION>', 'what to do').choices(ACTIONS))
    .argument('<FILE>', 'an AppImage, or an AppDir')
    .argument('[WORDS...]', 'grants; with build, arguments of the application')
    .option('--all', 'with grant: all that the image asks for')
    .option('--asked', 'with revoke: what the image asks for now is declined and not asked about again')
    .option('--save', 'with build: keep what is proposed')
    .action(async (action, file, words, options) => {
      const { environment: env, signal } = session;
      const shared = { env, signal };
      switch (action) {
        case 'show':
          return await print(session, await readPermissions(file, shared));
        case 'grant':
          if (words.length === 0 && options.all !== true) {
            throw new UsageError('Cannot grant: name what is to be granted, or --all that is asked for');
          }
          return await print(session, await grantPermissions(file, { ...shared, words, all: options.all === true }));
        case 'revoke':
          if (words.length === 0 && options.asked !== true) {
            throw new UsageError(
              'Cannot revoke: name what is to be taken away, or --asked to decline what is asked for',
            );
          }
          return await print(session, await revokePermissions(file, { ...shared, words }));
        case 'edit':
          return await print(session, await edit(session, file));
        case 'reset':
          return await reset(session, file);
        case 'build':
          return await build(session, file, { args: words, save: options.save === true });
      }
    });
}

async function print(session: Session, state: PermissionState): Promise<void> {
  const { application, decision, stored, path } = state;
  const { name, identity, path: file, request } = application;
  if (session.settings.json) {
    const { permissions, sources, wanted, asked } = decision;
    return await session.printJson({
      name,
      identity,
      file,
      path,
      isChosen: stored !== null,
      permissions,
      sources,
      wanted,
      asked,
    });
  }
  await session.stdout.write(`${session.style('bold', printable(name))}  ${showPath(file)}\n`);
  await session.stdout.write(stored === null ? 'no choice yet\n' : `chosen: ${showPath(path)}\n`);
  for (const word of permissionWords(decision.permissions)) {
    const text = formatWord(word);
    const line = `${text.padEnd(32)}  ${describeWord(word)} (${decision.sources[text] ?? 'option'})`;
    await session.stdout.write(`  ${printable(line)}\n`);
  }
  if (decision.wanted.length > 0) await session.stdout.write('asked for, and not granted:\n');
  for (const word of decision.wanted) {
    await session.stdout.write(`  ${printable(`${formatWord(word).padEnd(32)}  ${describeWord(word)}`)}\n`);
  }
  for (const text of request?.ignored ?? []) session.note(`not understood: ${text}`);
}

async function reset(session: Session, file: string): Promise<void> {
  const removed = await resetPermissions(file, { env: session.environment, signal: session.signal });
  if (session.settings.json) return await session.printJson({ removed });
  await session.summary(`${showPath(file)}: ${removed ? 'the choice is forgotten' : 'there was no choice'}`);
}

async function edit(session: Session, file: string): Promise<PermissionState> {
  const { environment: env, signal } = session;
  const editor = env['VISUAL'] || env['EDITOR'];
  if (!editor) throw new UsageError('Cannot edit: set VISUAL or EDITOR, or use "permissions grant" and "revoke"');
  const state = await readPermissions(file, { env, signal });
  const folder = await mkdtemp(join(tmpdir(), 'appimage-permissions-'));
  try {
    const draft = join(folder, 'permissions.json');
    await writeFile(draft, `${JSON.stringify(state.decision.permissions, undefined, 2)}\n`, { mode: 0o600 });
    await runEditor(editor, draft);
    const permissions = parsePermissions(parseJson(await readFile(draft, 'utf8')));
    return await setPermissions(file, { env, signal, permissions });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The variable may have options in it, so that a shell has to take it apart. */
async function runEditor(editor: string, file: string): Promise<void> {
  const child = spawn('/bin/sh', ['-c', `${editor} "$1"`, 'sh', file], { stdio: 'inherit' });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (status !== 0) throw new UsageError(`Cannot edit: ${editor} ended with status ${status}, and nothing is changed`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UsageError('Cannot edit: what was written is no JSON, and nothing is changed', { cause });
  }
}

async function build(
  session: Session,
  file: string,
  { args, save }: { readonly args: readonly string[]; readonly save: boolean },
): Promise<void> {
  const { observeApplication } = await import('@appimage-js/sandbox');
  const { environment: env, signal } = session;
  session.note(
    'the application runs now, confined, and all it looks for is noted; use what it is to be able to do, and end it',
  );
  const { permissions, reasons, status } = await observeApplication({ file, args, env, signal });
  if (save) await setPermissions(file, { env, signal, permissions });
  if (session.settings.json) return await session.printJson({ permissions, reasons, status });
  for (const word of permissionWords(permissions).map(formatWord)) {
    const reason = reasons[word];
    await session.stdout.write(`  ${printable(`${word.padEnd(32)}  ${reason ?? ''}`.trimEnd())}\n`);
  }
  await session.summary(save ? 'kept' : `to keep that: appimage permissions build --save ${showPath(file)}`);
}
