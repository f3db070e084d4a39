/*
 * Whether a mechanism works is found out by trying it, which takes longer than the start itself. So what came of it is remembered, in the
 * user's runtime folder, until the machine or one of the programs is another; a start that fails forgets it.
 */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../../find-program.ts';
import { type Mechanism, type MechanismFacts, readMechanisms } from '../../mechanism/index.ts';

/** Which mechanism is asked about, and for whom. */
export interface RecallMechanismsOptions {
  readonly only: Mechanism['name'];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
}

/** What is known of a mechanism that worked before, else what trying it says. */
export async function recallMechanisms({ only, env, signal }: RecallMechanismsOptions): Promise<MechanismFacts> {
  const path = env['PATH'];
  const memo = memoPath(env);
  const known = memo === undefined ? undefined : readMemo(memo, only, path);
  if (known !== undefined) return known;
  const facts = await readMechanisms({ path, only, ...(signal && { signal }) });
  if (memo !== undefined && facts[only].works) writeMemo(memo, only, path, facts);
  return facts;
}

/** Makes the next start try the mechanism again. */
export function forgetMechanisms(env: RecallMechanismsOptions['env']): void {
  const memo = memoPath(env);
  if (memo !== undefined) rmSync(memo, { force: true });
}

function memoPath(env: RecallMechanismsOptions['env']): string | undefined {
  const folder = env['XDG_RUNTIME_DIR'];
  const uid = process.getuid?.();
  const found = folder?.startsWith('/') ? statSync(folder, { throwIfNoEntry: false }) : undefined;
  // Where others could write, they could say which program is to be trusted.
  const isOwn = found?.isDirectory() === true && found.uid === uid && (found.mode & 0o022) === 0;
  return isOwn && folder ? join(folder, 'appimage', 'mechanism.json') : undefined;
}

/** All that has to be the same: the boot, the user, and the programs by what changes with them. */
function keyOf(only: Mechanism['name'], path: string | undefined, confiner: string): string {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const programs = [confiner, only === 'own' ? undefined : findProgram(['bwrap'], path)].map((program) => {
    if (program === undefined) return '';
    const { dev, ino, size, mtimeMs, ctimeMs } = statSync(program);
    return [program, dev, ino, size, mtimeMs, ctimeMs].join(' ');
  });
  return [boot, process.getuid?.(), only, path, ...programs].join('\n');
}

function readMemo(memo: string, only: Mechanism['name'], path: string | undefined): MechanismFacts | undefined {
  try {
    const { key, facts } = JSON.parse(readFileSync(memo, 'utf8')) as { key: unknown; facts: MechanismFacts };
    return facts.confiner !== undefined && key === keyOf(only, path, facts.confiner) ? facts : undefined;
  } catch {
    return undefined;
  }
}

function writeMemo(memo: string, only: Mechanism['name'], path: string | undefined, facts: MechanismFacts): void {
  try {
    if (facts.confiner === undefined) return;
    mkdirSync(join(memo, '..'), { recursive: true, mode: 0o700 });
    writeFileSync(memo, JSON.stringify({ key: keyOf(only, path, facts.confiner), facts }), { mode: 0o600 });
  } catch {
    // The next start tries again.
  }
}
