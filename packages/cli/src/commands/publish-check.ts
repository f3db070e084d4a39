import { checkPublication, createHttpClient, type PublicationReport, type PublishFinding } from '@appimage-js/updater';
import { Command } from '@commander-js/extra-typings';
import { apiBases } from '../api-bases.ts';
import { printable } from '../output/printable.ts';
import { startProgress } from '../output/progress.ts';
import type { Session } from '../session.ts';

/** `appimage publish-check` */
export function publishCheckCommand(session: Session) {
  return new Command('publish-check')
    .description(
      'Looks at a release as updaters will, before users do: follows the update information of every AppImage, and compares names, ' +
        'sizes, hashes and machines of what it leads to. No AppImage is downloaded. The status is 1 for findings that keep ' +
        'somebody from updating.',
    )
    .argument('<TARGET>', 'a folder of files that are published together, a file, or a URL')
    .option('--offline', 'look only at what is on disk')
    .action(async (target, { offline }) => {
      const { environment, signal } = session;
      await using http = offline ? undefined : createHttpClient({ environment });
      const report = await look(session, { target, http, apiBases: apiBases(environment), signal });
      if (session.settings.json) await session.printJson(report);
      else await printReport(session, report);
      if (report.findings.some(({ severity }) => severity === 'error')) session.exitStatus = 1;
    });
}

async function look(session: Session, options: Parameters<typeof checkPublication>[0]): Promise<PublicationReport> {
  using _ = await startProgress(session, `Looking at ${options.target}`);
  return await checkPublication(options);
}

async function printReport(session: Session, { checked, findings }: PublicationReport): Promise<void> {
  for (const finding of findings) await session.stdout.write(`${findingText(session, finding)}\n`);
  if (findings.length > 0) return;
  await session.summary(
    `Checked ${checked.length} ${checked.length === 1 ? 'file' : 'files'}: updaters find all they need`,
  );
}

function findingText(session: Session, { severity, rule, subject, message, remedy }: PublishFinding): string {
  const color = { error: 'red', warning: 'yellow', info: 'dim' } as const;
  const name = session.style(color[severity], severity);
  return `${name}: ${printable(subject)}: ${printable(message)} (${rule})\n  ${session.style('dim', printable(remedy))}`;
}
