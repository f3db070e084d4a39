import { type AppImageErrorCode, isAppImageError } from '@appimage-js/format';
import { Interrupted } from '../interruption.ts';
import type { Session } from '../session.ts';
import { HelpPrinted, UsageError } from '../usage-error.ts';
import { OutputClosed, OutputFailed } from './output.ts';
import { printable } from './printable.ts';

const DONE = 0;
const FAILED = 1;
const WRONG_USAGE = 2;

/** What an error is to the user of a command. */
interface Report {
  readonly status: number;
  /** The object for `--json`. */
  readonly error: {
    readonly code: AppImageErrorCode | 'usage' | 'interrupted' | 'internal';
    readonly message: string;
    readonly [field: string]: unknown;
  };
}

/** Tells what went wrong, in one line on stderr, and answers the exit status. */
export function reportError(error: unknown, session: Session): number {
  if (error instanceof OutputClosed) return DONE;
  if (error instanceof HelpPrinted && !session.settings.json) return WRONG_USAGE;
  const report = toReport(session.interrupted ?? error);
  if (session.settings.json) {
    process.stderr.write(`${JSON.stringify({ error: report.error })}\n`);
    return report.status;
  }
  const name = session.style('red', 'appimage:', process.stderr);
  const hint = report.error.code === 'internal' && !session.settings.verbose ? '; --verbose prints where' : '';
  process.stderr.write(`${name} ${printable(report.error.message)}${hint}\n`);
  if (session.settings.verbose) process.stderr.write(`${stackOf(error)}\n`);
  return report.status;
}

/** An error as `--json` tells it. */
export function errorObject(error: unknown): Report['error'] {
  return toReport(error).error;
}

function toReport(error: unknown): Report {
  if (error instanceof Interrupted) {
    return { status: error.exitStatus, error: { code: 'interrupted', message: error.message } };
  }
  if (error instanceof UsageError || error instanceof HelpPrinted) {
    return { status: WRONG_USAGE, error: { code: 'usage', message: error.message } };
  }
  if (error instanceof OutputFailed) {
    return { status: FAILED, error: { code: 'io', message: error.message } };
  }
  if (isAppImageError(error)) {
    return { status: FAILED, error: { ...error.toJSON(), code: error.code, message: error.message } };
  }
  const reason = error instanceof Error ? error.message : String(error);
  return { status: FAILED, error: { code: 'internal', message: `Internal error, please report it: ${reason}` } };
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const own = (error.stack ?? '').split('\n').map(printable).join('\n');
  return error.cause instanceof Error ? `${own}\ncaused by ${stackOf(error.cause)}` : own;
}
