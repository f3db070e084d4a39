import { constants } from 'node:os';

/** The signals that ask a command to stop. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

type StopSignal = (typeof SIGNALS)[number];

/** Why a command was stopped; the reason of the {@link Interruption}'s signal. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  /** What a shell reports for a process that the signal ended. */
  readonly exitStatus: number;

  constructor(signal: StopSignal) {
    super(`Interrupted by ${signal}`);
    this.exitStatus = 128 + constants.signals[signal];
  }
}

/** Turns the signals of the system into an `AbortSignal`, until it is disposed of. */
export interface Interruption extends Disposable {
  readonly signal: AbortSignal;
}

/** One key press can arrive twice: from the terminal, and from a parent such as npm that hands it on. */
const REPEAT_MILLISECONDS = 1000;

/** Lets a command clean up when it is asked to stop. Who asks again later does not want to wait for that. */
export function onInterrupt(): Interruption {
  const controller = new AbortController();
  let abortedAt = 0;
  const stop = (signal: NodeJS.Signals) => {
    const reason = new Interrupted(signal as StopSignal);
    if (!controller.signal.aborted) {
      abortedAt = performance.now();
      controller.abort(reason);
    } else if (performance.now() - abortedAt > REPEAT_MILLISECONDS) {
      process.exit(reason.exitStatus);
    }
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const signal of SIGNALS) process.off(signal, stop);
    },
  };
}
