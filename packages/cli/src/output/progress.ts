import type { Session } from '../session.ts';
import { printable } from './printable.ts';
import { formatSize } from './size.ts';

/** A line on the terminal that says how far a command has come, and is gone when it is done. */
export interface Progress extends Disposable {
  update(text: string): void;
}

const NO_PROGRESS: Progress = { update: () => undefined, [Symbol.dispose]: () => undefined };

/** Starts to show progress on stderr, if that is a terminal and the user wants to see more than results. */
export async function startProgress(session: Session, text: string): Promise<Progress> {
  const stream = process.stderr;
  // A terminal that nobody has given a size, as in some containers, has 0 columns, over which ora would divide.
  if (!(stream.isTTY && stream.columns > 0) || session.settings.quiet) return NO_PROGRESS;
  const { default: ora } = await import('ora');
  const color = session.style('cyan', '', stream) === '' ? false : 'cyan';
  // The terminal's own Ctrl+C has to arrive as a signal, so stdin is left alone.
  const spinner = ora({ text: printable(text), stream, color, discardStdin: false }).start();
  return {
    update(now) {
      spinner.text = printable(now);
    },
    [Symbol.dispose]: () => void spinner.stop(),
  };
}

/** Shows how far a file has been hashed by `work`, until that has an answer. */
export async function showingHashing<Result>(
  session: Session,
  file: string,
  work: (onProgress: (done: number, total: number) => void) => Promise<Result>,
): Promise<Result> {
  using progress = await startProgress(session, `Reading ${file}`);
  return await work((done, total) => {
    progress.update(`Hashing: ${Math.floor((100 * done) / total)} % of ${formatSize(total)}`);
  });
}
