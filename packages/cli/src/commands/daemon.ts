import { setFlagsFromString } from 'node:v8';
import { type DaemonEvent, describeEvent, runDaemon } from '@appimage-js/integrator';
import { Command } from '@commander-js/extra-typings';
import { placesOf, SYSTEM_HELP } from '../integration.ts';
import type { Session } from '../session.ts';
import { syncInChild } from '../sync-child.ts';

/** `appimage daemon` */
export function daemonCommand(session: Session) {
  return new Command('daemon')
    .description(
      'Keeps the menu in step with the watched folders until it is stopped, in the foreground: syncs when an AppImage has come, changed or ' +
        'gone, once it is written to its end, and hides those on media that are away. With --json it prints one object a line.',
    )
    .option('--system', SYSTEM_HELP)
    .action(async (options) => {
      const { environment, signal } = session;
      // Thousands of events would have the heap for what is young grow to its limit, and stay there for days.
      setFlagsFromString('--semi-space-growth-factor=1');
      const args = options.system === true ? ['--system'] : [];
      await runDaemon({
        places: placesOf(session, options),
        sync: (request) => syncInChild({ ...request, environment, args }),
        tell: (event) => tellEvent(session, event),
        signal,
      });
    });
}

function tellEvent(session: Session, event: DaemonEvent): void {
  if (session.settings.json) return void printLine(session, JSON.stringify(event));
  session.note(describeEvent(event));
  if (event.event === 'synced') for (const remark of event.remarks) session.note(remark);
}

/** Whether anybody still reads it is not what a daemon depends on. */
async function printLine({ stdout }: Session, line: string): Promise<void> {
  try {
    await stdout.write(`${line}\n`);
    await stdout.flush();
  } catch {
    // Nobody does.
  }
}
