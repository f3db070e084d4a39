import { isAppImageError } from '@appimage-js/format';
import type { HttpClient, HttpResponse } from '../http/index.ts';
import { type CheckContext, MAXIMUM_SMALL_SIZE } from './check-context.ts';
import { Findings } from './finding.ts';

/** What a file on a server must be. */
export interface ExpectedFile {
  /** In bytes, where it is known. */
  readonly size?: number | undefined;
  /** What says where it is, for messages: "the control file". */
  readonly saidBy: string;
}

/**
 * Asks for the last byte of a file as updaters ask for any: whether it is there, served by ranges, of the size that was said,
 * and as it is.
 */
export async function checkRemoteFile(url: string, expected: ExpectedFile, context: CheckContext): Promise<void> {
  const { http, findings, signal } = context;
  if (http === undefined) return;
  if (url.startsWith('http:') && !/^http:\/\/(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])[:/]/.test(url)) {
    findings.add('warning', 'insecure-url', url, `${expected.saidBy} has an address without encryption`);
  }
  const last = Math.max(1, expected.size ?? 1) - 1;
  let response: HttpResponse;
  try {
    response = await http.get(url, { range: { first: last, last }, accept: [200, 206, 416], signal });
    await response.discard();
  } catch (error) {
    signal?.throwIfAborted();
    if (!isAppImageError(error)) throw error;
    const isPacked = 'reason' in error && error.reason === 'encoding';
    findings.add(
      'error',
      isPacked ? 'wrong-encoding' : 'unreachable',
      url,
      `named by ${expected.saidBy}: ${error.message}`,
    );
    return;
  }
  if (response.status === 200) {
    findings.add('warning', 'no-ranges', url, 'a range must be answered with 206, found 200 and the whole file');
  }
  const found = sizeOf(response);
  if (expected.size !== undefined && found !== undefined && found !== expected.size) {
    const message = `expected ${expected.size} bytes as ${expected.saidBy} says, found ${found}`;
    findings.add('error', 'wrong-size', url, message);
  }
}

/**
 * Checks a file that may be at one of several addresses, as updaters try a relative one from where the control file was asked
 * for and from where it came from: it must be at one of them. Answers that one if nothing is wrong with it.
 */
export async function checkOneOf(
  urls: readonly string[],
  expected: ExpectedFile,
  context: CheckContext,
): Promise<string | undefined> {
  const tries: Findings[] = [];
  for (const url of urls) {
    const findings = new Findings();
    await checkRemoteFile(url, expected, { ...context, findings });
    tries.push(findings);
    if (findings.list.some(({ rule }) => rule === 'unreachable')) continue;
    context.findings.take(findings);
    return findings.list.length === 0 ? url : undefined;
  }
  if (tries[0] !== undefined) context.findings.take(tries[0]);
  return undefined;
}

function sizeOf({ status, headers }: HttpResponse): number | undefined {
  const text =
    status === 200 ? headers.get('content-length') : /\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1];
  return text != null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Reads a small file of a server whole; undefined, and a finding, where it is not there. */
export async function fetchSmall(
  http: HttpClient,
  url: string,
  saidBy: string,
  { findings, signal }: CheckContext,
): Promise<{ readonly bytes: Uint8Array; readonly url: string } | undefined> {
  try {
    return await http.getDocument(url, { maximumSize: MAXIMUM_SMALL_SIZE, signal });
  } catch (error) {
    signal?.throwIfAborted();
    if (!isAppImageError(error)) throw error;
    findings.add('error', 'unreachable', url, `named by ${saidBy}: ${error.message}`);
    return undefined;
  }
}
