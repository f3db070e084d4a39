import { type FileEntry, isAboutImage } from '@appimage-js/format';
import type { Check, FileVisitor, Observation, Report } from './check.ts';
import type { Finding, Rule } from './rule.ts';
import type { LevelOf } from './rule-levels.ts';
import { UNREADABLE } from './rules/structure/unreadable.ts';
import type { Subject } from './subject/subject.ts';
import { visitFile } from './subject/visited-file.ts';

/** So many findings of one rule are kept; of the others only their number. Nobody reads thousands, and they fill the memory. */
const MAXIMUM_OF_A_RULE = 1000;

/** Puts a subject before checks, and collects what they find of the rules that are wanted. */
export async function runChecks(subject: Subject, checks: readonly Check[], levelOf: LevelOf): Promise<Finding[]> {
  const findings = new FindingCollector(levelOf);
  const wanted = checks.filter(({ rules }) => rules.some((rule) => levelOf(rule) !== undefined));
  for (const { inspect } of wanted) {
    if (inspect !== undefined) await findings.guard(null, async () => inspect(subject, findings.report));
    subject.signal?.throwIfAborted();
  }
  const visitors = wanted.flatMap(({ visit }) => visit?.(subject, findings.report) ?? []);
  await visitAll(subject, visitors, findings);
  return findings.collected();
}

/** The one pass over everything in the image. */
async function visitAll(subject: Subject, visitors: readonly FileVisitor[], findings: FindingCollector): Promise<void> {
  const { files, signal } = subject;
  const fileVisitors = visitors.flatMap(({ file }) => file ?? []);
  const seen = new Set<number>();
  for (const entry of visitors.length === 0 ? [] : (await subject.tree()).entries.values()) {
    signal?.throwIfAborted();
    for (const visitor of visitors) visitor.entry?.(entry);
    if (entry.stat.type !== 'file' || fileVisitors.length === 0 || isKnown(entry, seen)) continue;
    await findings.guard(entry.path, async () => {
      const file = await visitFile(files, entry, signal);
      for (const visit of fileVisitors) await visit(file);
    });
  }
  for (const { finish } of visitors) await findings.guard(null, async () => finish?.());
}

/** Whether a hard link of the file was visited. */
function isKnown({ stat }: FileEntry, seen: Set<number>): boolean {
  if (stat.links <= 1) return false;
  if (seen.has(stat.inode)) return true;
  seen.add(stat.inode);
  return false;
}

/** Keeps what is found, as what the caller wants it to be. */
class FindingCollector {
  readonly #levelOf: LevelOf;
  readonly #findings: Finding[] = [];
  readonly #counts = new Map<Rule, number>();
  readonly #known = new Set<string>();

  constructor(levelOf: LevelOf) {
    this.#levelOf = levelOf;
  }

  readonly report: Report = (
    rule,
    { path = null, line, message, severity: own, remedy = rule.remedy }: Observation,
  ) => {
    const severity = this.#levelOf(rule, own);
    if (severity === undefined || this.#isRepeated(rule, `${path}:${line}:${message}`)) return;
    const count = (this.#counts.get(rule) ?? 0) + 1;
    this.#counts.set(rule, count);
    if (count > MAXIMUM_OF_A_RULE) return;
    const place = line === undefined ? { path } : { path, line };
    this.#findings.push({ rule: rule.id, severity, ...place, message, source: rule.source, remedy });
  };

  /** Does a part of the work; what of the image can not be read for it becomes a finding. */
  async guard(path: string | null, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!isAboutImage(error)) throw error;
      this.report(UNREADABLE, { path: path ?? error.path ?? null, message: error.message });
    }
  }

  collected(): Finding[] {
    for (const [rule, count] of this.#counts) {
      const severity = this.#levelOf(rule);
      const more = count - MAXIMUM_OF_A_RULE;
      if (more <= 0 || severity === undefined) continue;
      const message = `${more} more findings of this rule are left out`;
      this.#findings.push({ rule: rule.id, severity, path: null, message, source: rule.source, remedy: rule.remedy });
    }
    return this.#findings;
  }

  /** Two checks may stumble over the same damage. */
  #isRepeated(rule: Rule, key: string): boolean {
    if (rule !== UNREADABLE) return false;
    const isKnown = this.#known.has(key);
    this.#known.add(key);
    return isKnown;
  }
}
