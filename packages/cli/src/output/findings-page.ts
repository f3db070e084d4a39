import type { Finding, LintReport, Severity } from '@appimage-js/builder';
import type { Session } from '../session.ts';
import { printable, printablePath, showPath } from './printable.ts';

/** So many places of one rule are printed; `--verbose` prints all. */
const PLACES_SHOWN = 5;

const TITLES: Record<Severity, string> = { error: 'Errors', warning: 'Warnings', note: 'Notes' };
const COLORS = { error: 'red', warning: 'yellow', note: 'cyan' } as const;

/** Prints findings as a page for people: by severity and rule, each with its places and what to do. */
export async function printFindings(
  session: Session,
  file: string,
  { findings, counts, profile }: LintReport,
): Promise<void> {
  for (const severity of ['error', 'warning', 'note'] as const) {
    const grave = findings.filter((finding) => finding.severity === severity);
    if (grave.length === 0) continue;
    await session.stdout.write(`${session.style([COLORS[severity], 'bold'], TITLES[severity])}\n`);
    for (const group of byRule(grave)) await printRule(session, group);
    await session.stdout.write('\n');
  }
  await session.summary(`${showPath(file)}: ${countsText(counts)} (profile ${profile})`);
}

/** Findings of the same rule with the same remedy belong together. */
function byRule(findings: readonly Finding[]): Finding[][] {
  const groups = Map.groupBy(findings, ({ rule, remedy }) => `${rule} ${remedy}`);
  return [...groups.values()];
}

async function printRule(session: Session, group: readonly Finding[]): Promise<void> {
  const [first] = group;
  if (first === undefined) return;
  await session.stdout.write(`  ${session.style('bold', first.rule)}\n`);
  const shown = session.settings.verbose ? group : group.slice(0, PLACES_SHOWN);
  for (const finding of shown)
    await session.stdout.write(`    ${placeText(session, finding)}${printable(finding.message)}\n`);
  const more = group.length - shown.length;
  if (more > 0) await session.stdout.write(`    ${session.style('dim', `and ${more} more; --verbose prints all`)}\n`);
  await session.stdout.write(`    ${session.style('green', `→ ${printable(first.remedy)}`)}\n`);
  if (session.settings.verbose) {
    const { name, url } = first.source;
    await session.stdout.write(
      `    ${session.style('dim', `by ${[name, url].filter((each) => each !== undefined).join(', ')}`)}\n`,
    );
  }
}

/** "usr/bin/app:3: ", nothing for the file as a whole. */
function placeText(session: Session, { path, line }: Finding): string {
  if (path === null) return '';
  const place = line === undefined ? printablePath(path) : `${printablePath(path)}:${line}`;
  return `${session.style('bold', place)}: `;
}

function countsText({ error, warning, note }: LintReport['counts']): string {
  const parts = [counted(error, 'error'), counted(warning, 'warning'), counted(note, 'note')];
  const found = parts.filter((part) => part !== undefined);
  return found.length === 0 ? 'nothing is wrong' : found.join(', ');
}

function counted(count: number, noun: string): string | undefined {
  if (count === 0) return undefined;
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
