import { styleText } from 'node:util';
import { type Interruption, onInterrupt } from './interruption.ts';
import { type Output, streamOutput } from './output/output.ts';
import { printable } from './output/printable.ts';
import { guessSettings, type Settings } from './settings.ts';

/** One start of the command. */
export interface Invocation {
  /** What follows the command's own name. */
  readonly args: readonly string[];
  /** The environment as the user has it, for what is started from here. */
  readonly environment: Readonly<NodeJS.ProcessEnv>;
}

/** What a command works with: its output, its settings and the signal that stops it. */
export class Session implements Disposable {
  readonly args: readonly string[];
  readonly environment: Readonly<NodeJS.ProcessEnv>;
  readonly stdout: Output = streamOutput(process.stdout, {
    name: 'standard output',
    signal: () => this.#interruption?.signal,
  });
  settings: Settings;
  /** What the process ends with when nothing was thrown. */
  exitStatus = 0;
  #interruption: Interruption | undefined;

  constructor({ args, environment }: Invocation) {
    this.args = args;
    this.environment = environment;
    this.settings = guessSettings(args);
  }

  /**
   * Aborted by SIGINT, SIGTERM and SIGHUP, and then no output is waited for. All that open images ask for it, as some are
   * unpacked or mounted to be read. Commands that have nothing to clean up do not, and are ended by the system.
   */
  get signal(): AbortSignal {
    this.#interruption ??= onInterrupt();
    return this.#interruption.signal;
  }

  /** Why the command was stopped, if it was. */
  get interrupted(): unknown {
    return this.#interruption?.signal.reason;
  }

  /** Prints what a library answered, as the only thing on stdout. */
  async printJson(value: unknown): Promise<void> {
    await this.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
  }

  /** Prints in one line what was done, unless the user asked not to be told. */
  async summary(text: string): Promise<void> {
    if (!this.settings.quiet) await this.stdout.write(`${printable(text)}\n`);
  }

  /** Tells the user something that is no error; on stderr, so that it stays out of what is piped on. */
  note(text: string): void {
    if (!this.settings.quiet) process.stderr.write(`${printable(text)}\n`);
  }

  /** Styles text for a terminal; leaves it as it is where colors are not wanted. */
  style(format: Parameters<typeof styleText>[0], text: string, stream: NodeJS.WriteStream = process.stdout): string {
    return this.settings.color ? styleText(format, text, { stream }) : text;
  }

  [Symbol.dispose](): void {
    this.#interruption?.[Symbol.dispose]();
  }
}
