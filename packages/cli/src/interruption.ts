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

/** Lets a command clean up when it is asked to stop. Who asks twice does not want to wait for that. */
export function onInterrupt(): Interruption {
  const controller = new AbortController();
  const stop = (signal: NodeJS.Signals) => {
    const reason = new Interrupted(signal as StopSignal);
    if (controller.signal.aborted) process.exit(reason.exitStatus);
    controller.abort(reason);
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const signal of SIGNALS) process.off(signal, stop);
    },
  };
}
