import { aboutItself } from '../host.ts';
import { type ProbedSystem, tryProgram } from './system.ts';

/** What the native runtime has tried, and how that went: it is the one that mounts. */
export interface RuntimeReport {
  /** By the words of its `--appimage-doctor`: `root`, `fusermount`, `userns`, `extract`, `seccomp`. */
  readonly abilities: ReadonlyMap<string, RuntimeAbility>;
  /** Which way a start would take; undefined where none works. */
  readonly startsBy: string | undefined;
}

/** One way, and whether it works. */
export interface RuntimeAbility {
  readonly works: boolean;
  /** How, or why not and what helps. */
  readonly how: string;
}

/** Has the native runtime try all that it can do; undefined where there is none. */
export async function readRuntimeReport({ host, env }: ProbedSystem): Promise<RuntimeReport | undefined> {
  if (host.runtimeState !== 'ready') return undefined;
  const { stdout } = await tryProgram(host.runtime, ['--appimage-doctor'], { ...env, ...aboutItself(host) });
  return parseRuntimeReport(stdout);
}

/** Parses what `--appimage-doctor` prints: lines "word yes: how" or "word no", and indented notes below. */
export function parseRuntimeReport(text: string): RuntimeReport {
  const abilities = new Map<string, RuntimeAbility>();
  let last: string | undefined;
  let startsBy: string | undefined;
  for (const line of text.split('\n')) {
    const [, word, answer, how = ''] = /^(\w+) +(yes|no)(?:: (.*))?$/.exec(line) ?? [];
    const note = /^\s+(\S.*)$/.exec(line)?.[1];
    if (word !== undefined) {
      abilities.set(word, { works: answer === 'yes', how });
      last = word;
    } else if (note !== undefined && last !== undefined) {
      const before = abilities.get(last) as RuntimeAbility;
      abilities.set(last, { ...before, how: before.how === '' ? note : `${before.how}; ${note}` });
    }
    startsBy ??= /^starts +by (\w+)/.exec(line)?.[1];
  }
  return { abilities, startsBy };
}
