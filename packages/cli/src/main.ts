import { reportError } from './output/report-error.ts';
import { createProgram } from './program.ts';
import { type Invocation, Session } from './session.ts';
import { HelpPrinted } from './usage-error.ts';

/** Runs one command line and answers the exit status. */
export async function main(invocation: Invocation): Promise<number> {
  using session = new Session(invocation);
  try {
    const program = await createProgram(session);
    await program.parseAsync(invocation.args, { from: 'user' }).catch(ignoreRequestedHelp);
    await session.stdout.flush();
    return session.exitStatus;
  } catch (error) {
    // What was printed before something failed is as good as ever; an output that fails now has failed for another reason.
    await session.stdout.flush().catch(() => undefined);
    const status = reportError(error, session);
    // What nobody takes from the output would keep the process.
    if (session.interrupted !== undefined && process.stdout.writableLength > 0) process.exit(status);
    return status;
  }
}

/** Help that was asked for is a result like any other, and has to reach the output. */
function ignoreRequestedHelp(error: unknown): void {
  if (!(error instanceof HelpPrinted && error.requested)) throw error;
}
