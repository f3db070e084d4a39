import { stat, writeFile } from 'node:fs/promises';
import {
  hasRule,
  LINT_PROFILES,
  LINT_RULES,
  type LintProfile,
  type LintReport,
  lintAppImage,
  toSarif,
} from '@appimage-js/builder';
import { ioError } from '@appimage-js/format/node';
import { Command, Option } from '@commander-js/extra-typings';
import { printFindings } from '../output/findings-page.ts';
import { showPath } from '../output/printable.ts';
import { startProgress } from '../output/progress.ts';
import { ownVersion } from '../own-version.ts';
import type { Session } from '../session.ts';
import { rethrowUsage, UsageError } from '../usage-error.ts';
import { parseRuleLevel, type RuleLevels } from '../values/rule-level.ts';

/** `appimage validate` */
export function validateCommand(session: Session) {
  return new Command('validate')
    .description(
      'Looks for what is wrong with an AppImage of any kind, or with an AppDir before it becomes one: offline, for any ' +
        'architecture, and without running anything in it. The status is 1 for findings of the severity error.',
    )
    .argument('[FILE]', 'an AppImage, a file system image, or an AppDir: a path or a URL')
    .addOption(
      new Option(
        '--profile <NAME>',
        'which rules: recommended; spec, what the specifications demand; appimagehub, what the catalogue does; strict, all',
      )
        .choices(LINT_PROFILES)
        .default('recommended' as LintProfile),
    )
    .option('--rule <ID=LEVEL>', 'weigh a rule otherwise: off, note, warning or error; may be repeated', parseRuleLevel)
    .option('--oldest <RELEASE>', 'the oldest distribution release that it is to start on, such as debian-12')
    .option(
      '--sarif <FILE>',
      'write the findings as SARIF 2.1.0, which forges show beside the code; - for standard output',
    )
    .option('--list-rules', 'print the rules of the profile, and look at nothing')
    .action(async (file, { profile, rule, oldest, sarif, listRules }) => {
      if (listRules) return printRules(session, profile);
      if (file === undefined) throw new UsageError("Missing required argument 'FILE' (see appimage validate --help)");
      const report = await lint(session, { file, profile, rules: rule, oldest }).catch(rethrowUsage);
      if (sarif !== undefined) await writeSarif(session, { file, target: sarif, report });
      if (session.settings.json) await session.printJson(report);
      else if (sarif !== '-') await printFindings(session, file, report);
      if (report.counts.error > 0) session.exitStatus = 1;
    });
}

interface Request {
  readonly file: string;
  readonly profile: LintProfile;
  readonly rules: RuleLevels | undefined;
  readonly oldest: string | undefined;
}

async function lint(session: Session, { file, profile, rules, oldest }: Request): Promise<LintReport> {
  using _ = await startProgress(session, `Checking ${file}`);
  return await lintAppImage(file, {
    profile,
    signal: session.signal,
    ...(rules === undefined ? {} : { rules }),
    ...(oldest === undefined ? {} : { oldest }),
  });
}

interface SarifRequest {
  readonly file: string;
  /** A file, or `-`. */
  readonly target: string;
  readonly report: LintReport;
}

async function writeSarif(session: Session, { file, target, report }: SarifRequest): Promise<void> {
  const isDirectory = await stat(file).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  const log = toSarif(report, { file, isDirectory, version: ownVersion() });
  const text = `${JSON.stringify(log, undefined, 2)}\n`;
  if (target === '-') {
    if (session.settings.json) throw new UsageError('Only one of --json and --sarif - can have standard output');
    await session.stdout.write(text);
    return;
  }
  await writeFile(target, text).catch((cause: unknown) => {
    throw ioError(`Cannot write ${showPath(target)}`, target, cause);
  });
}

/** A rule a line, or as objects. */
async function printRules(session: Session, profile: LintProfile): Promise<void> {
  const rules = LINT_RULES.filter((rule) => hasRule(profile, rule)).map((rule) => ({
    ...rule,
    severity: rule.severityIn?.[profile] ?? rule.severity,
  }));
  if (session.settings.json) return session.printJson(rules);
  const width = Math.max(...rules.map(({ id }) => id.length));
  for (const { id, severity, summary } of rules) {
    await session.stdout.write(`${session.style('bold', id.padEnd(width))}  ${severity.padEnd(7)}  ${summary}\n`);
  }
}
