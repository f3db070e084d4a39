// Child processes: run, watched and ended with this process.

import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter } from 'node:path';

/** A step that cannot be done, told in one line; `output` is what the failing program printed. */
export class Failure extends Error {
  /**
   * @param {string} message
   * @param {{ output?: string, cause?: unknown }} [details]
   */
  constructor(message, { output = '', cause } = {}) {
    super(message, { cause });
    this.output = output;
  }
}

/** @type {Set<import('node:child_process').ChildProcess>} */
const children = new Set();

/** @type {NodeJS.Signals | undefined} */
let received;

/** Hands a signal that ends this process to the children first; this process ends when they have. */
export function installSignalHandlers() {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      received = signal;
      if (children.size === 0) process.exit(exitStatus(0));
      for (const child of children) child.kill(signal);
    });
  }
}

/**
 * The status to exit with: 128 + n after signal n, as a shell would say it.
 *
 * @param {number} status
 */
export function exitStatus(status) {
  return received === undefined ? status : 128 + constants.signals[received];
}

/**
 * @typedef {object} RunOptions
 * @property {NodeJS.ProcessEnv} environment
 * @property {string} root folder to run in
 * @property {(text: string, from: 'stdout' | 'stderr') => unknown} [onOutput] takes the output instead of this process's own
 */

/**
 * Runs a program to its end and answers its exit status, 127 when it cannot be started. After a signal to this process
 * nothing is started any more, and what runs ends as a failure.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {RunOptions} options
 * @returns {Promise<number>}
 */
export function run(program, args, { environment, root, onOutput }) {
  if (received !== undefined) return Promise.reject(new Failure('Interrupted'));
  const output = onOutput === undefined ? 'inherit' : 'pipe';
  const input = onOutput === undefined ? 'inherit' : 'ignore';
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, env: environment, stdio: [input, output, output] });
    children.add(child);
    for (const from of /** @type {const} */ (['stdout', 'stderr'])) {
      child[from]?.setEncoding('utf8').on('data', (/** @type {string} */ text) => onOutput?.(text, from));
    }
    child.on('error', (error) => {
      onOutput?.(`${error.message}\n`, 'stderr');
      children.delete(child);
      resolve(127);
    });
    child.on('close', (status, signal) => {
      children.delete(child);
      if (received !== undefined) reject(new Failure('Interrupted'));
      else resolve(status ?? (signal === null ? 1 : 128 + constants.signals[signal]));
    });
  });
}

/**
 * What a program prints on stdout, trimmed; undefined when it fails or is not there.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {Omit<RunOptions, 'onOutput'>} options
 */
export async function outputOf(program, args, options) {
  let output = '';
  const onOutput = (/** @type {string} */ text, /** @type {string} */ from) => {
    if (from === 'stdout') output += text;
  };
  const status = await run(program, args, { ...options, onOutput });
  return status === 0 ? output.trim() : undefined;
}

/**
 * Puts a folder first on the PATH.
 *
 * @param {NodeJS.ProcessEnv} environment
 * @param {string | undefined} folder
 */
export function onPath(environment, folder) {
  if (folder === undefined) return;
  environment['PATH'] = [folder, environment['PATH']].filter(Boolean).join(delimiter);
}
