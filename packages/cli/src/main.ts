import { reportError } from './output/report-error.ts';
import { createProgram } from './program.ts';
import { type Invocation, Session } from './session.ts';

/** Runs one command line and answers the exit status. */
export async function main(invocation: Invocation): Promise<number> {
  using session = new Session(invocation);
  try {
    const program = await createProgram(session);
    await program.parseAsync(invocation.args, { from: 'user' });
    await session.stdout.flush();
    return 0;
  } catch (error) {
    return reportError(error, session);
  }
}
