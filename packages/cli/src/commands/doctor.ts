import { type Diagnosis, diagnose, type Finding } from '@appimage-js/sandbox';
import { Command } from '@commander-js/extra-typings';
import { printable } from '../output/printable.ts';
import type { Session } from '../session.ts';

const MARKS = { ok: 'ok', absent: '--', weak: 'weak', broken: 'BROKEN' } as const;
const STYLES = { ok: 'green', absent: 'dim', weak: 'yellow', broken: 'red' } as const;

/** `appimage doctor` */
export function doctorCommand(session: Session) {
  return new Command('doctor')
    .description(
      'Tries everything that starting and confining AppImages depends on, and says how to mend what does not work on this ' +
        'distribution. With FILE, also what that image needs. What works is listed with --verbose. Ends with 1 where nothing can start.',
    )
    .argument('[FILE]', 'an AppImage or an AppDir')
    .action(async (file) => {
      const { environment: env, signal } = session;
      const diagnosis = await diagnose({ env, signal, ...(file === undefined ? {} : { file }) });
      session.exitStatus = diagnosis.canStart ? 0 : 1;
      if (session.settings.json) await session.printJson(diagnosis);
      else await print(session, diagnosis);
    });
}

async function print(session: Session, { canStart, startsBy, system, findings }: Diagnosis): Promise<void> {
  const { kernel, architecture, distribution } = system;
  await session.summary(`${distribution}, Linux ${kernel} on ${architecture}`);
  const isLoud = ({ state }: Finding) => state === 'weak' || state === 'broken';
  const told = session.settings.verbose ? findings : findings.filter(isLoud);
  for (const one of told) await session.stdout.write(`${linesOf(session, one).join('\n')}\n`);
  const quiet = findings.length - told.length;
  if (quiet > 0) await session.summary(`${quiet} more are as they should be, or not needed (--verbose lists them)`);
  const verdict = canStart ? `AppImages start here, by ${startsBy}` : 'AppImages do not start here';
  await session.stdout.write(`${session.style(canStart ? 'green' : 'red', verdict)}\n`);
}

function linesOf(session: Session, { state, title, found, remedy }: Finding): string[] {
  const mark = session.style(STYLES[state], MARKS[state].padEnd(6));
  const line = `${mark}  ${printable(title)}: ${printable(found)}`;
  return remedy === null ? [line] : [line, `        to mend it: ${printable(remedy)}`];
}
