import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answering, answerRange, ETAG, LAST_MODIFIED, rangeOf, type ServedFile } from './range-server.ts';
import { noise } from './trees.ts';

/** What the servers of these tests serve. */
export const CONTENT: Uint8Array = noise(10_000);
export const FILE: ServedFile = { content: CONTENT };

export const good: Answering = (request, response) => answerRange(request, response, FILE);

/** Answers well but for the requests with these numbers. */
export function goodBut(numbers: readonly number[], bad: Answering): Answering {
  return (request, response, number) => (numbers.includes(number) ? bad : good)(request, response, number);
}

/** A part with headers of the test's choice; a header of `undefined` is left out. */
export function part(
  fields: Readonly<Record<string, string | undefined>>,
  change: (body: Uint8Array) => Uint8Array = (b) => b,
) {
  return (request: IncomingMessage, response: ServerResponse) => {
    const { start, end } = rangeOf(request, CONTENT.length) as { start: number; end: number };
    const headers: Record<string, string | undefined> = {
      ETag: ETAG,
      'Last-Modified': LAST_MODIFIED,
      'Content-Range': `bytes ${start}-${end - 1}/10000`,
      ...fields,
    };
    for (const [name, value] of Object.entries(headers)) if (value !== undefined) response.setHeader(name, value);
    response.writeHead(206).end(change(CONTENT.subarray(start, end)));
  };
}

/** Sends so many bytes of the range and drops the connection. */
export function die(after: number): Answering {
  return (request, response) => {
    const { start, end } = rangeOf(request, CONTENT.length) as { start: number; end: number };
    response.writeHead(206, {
      ETag: ETAG,
      'Last-Modified': LAST_MODIFIED,
      'Content-Length': end - start,
      'Content-Range': `bytes ${start}-${end - 1}/10000`,
    });
    response.write(CONTENT.subarray(start, Math.min(start + after, end)), () => response.destroy());
  };
}

/** Answers that can not be used, whenever they come: what they are, the code of the error, a part of its message. */
export const LIES: readonly (readonly [string, string, string, Answering])[] = [
  ['no Content-Range', 'unsupported', 'Content-Range, found none', part({ 'Content-Range': undefined })],
  ['an unknown size', 'unsupported', "the file's size", part({ 'Content-Range': 'bytes 0-99/*' })],
  ['a Content-Range that means nothing', 'io', 'must be of bytes', part({ 'Content-Range': 'bytes 5-4/10000' })],
  ['a Content-Range of lines', 'io', 'must be of bytes', part({ 'Content-Range': 'lines 0-99/10000' })],
  ['another range', 'io', 'Content-Range must be', part({ 'Content-Range': 'bytes 7-106/10000' })],
  ['a shorter range', 'io', 'Content-Range must be', part({ 'Content-Range': 'bytes 0-98/10000' })],
  ['the wrong length', 'io', 'Content-Length must be 100, found 99', part({ 'Content-Length': '99' })],
  [
    'a longer body',
    'io',
    'body must have 100 bytes, found at least 101',
    part({}, (body) => Buffer.concat([body, Buffer.of(0)])),
  ],
  ['several parts', 'unsupported', 'multipart', part({ 'Content-Type': 'multipart/byteranges; boundary=x' })],
  ['a packed body', 'unsupported', 'Content-Encoding must be identity', part({ 'Content-Encoding': 'gzip' })],
  ['a status that is none', 'io', '(418)', (_, response) => void response.writeHead(418).end()],
  ['a redirect without a place', 'io', '(302)', (_, response) => void response.writeHead(302).end()],
  ['not found', 'not-found', '(404)', (_, response) => void response.writeHead(404).end()],
  ['gone', 'not-found', '(410)', (_, response) => void response.writeHead(410).end()],
  ['forbidden', 'not-permitted', '(403)', (_, response) => void response.writeHead(403).end()],
  ['a question who asks', 'not-permitted', '(401)', (_, response) => void response.writeHead(401).end()],
];
