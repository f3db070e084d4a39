import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describeWith, temporaryFolder } from '@appimage-js/testing';
import { execaSync } from 'execa';
import { describe, expect, onTestFinished, test } from 'vitest';
import { busSocket } from '../../src/portal/bus-address.ts';
import { callBus } from '../../src/portal/bus-call.ts';
import { documentsFolder } from '../../src/portal/document-portal.ts';

const HELLO = {
  destination: 'org.freedesktop.DBus',
  path: '/',
  interface: 'org.freedesktop.DBus',
  member: 'GetId',
} as const;

describe('busSocket', () => {
  test.each([
    ['unix:path=/run/user/1000/bus', '/run/user/1000/bus'],
    ['unix:path=/tmp/a%20b,guid=123', '/tmp/a b'],
    ['tcp:host=x;unix:guid=1,abstract=/tmp/x', '\0/tmp/x'],
  ])('finds in %s %j', (address, socket) => {
    expect(busSocket(address)).toBe(socket);
  });

  test.each(['', 'tcp:host=x', 'unix:', 'nonsense', 'unix:tmpdir=/tmp'])('refuses %j', (address) => {
    expect(() => busSocket(address)).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });
});

/** A bus that answers with these bytes and hangs up. */
async function serve(answers: readonly Uint8Array[]): Promise<string> {
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'bus');
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      for (const answer of answers) socket.write(answer);
      socket.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => void server.close());
  return `unix:path=${path}`;
}

const OK = new TextEncoder().encode('OK 0123\r\n');

describe('callBus', () => {
  test.each([
    ['hangs up', [], 'io'],
    ['refuses', [new TextEncoder().encode('REJECTED EXTERNAL\r\n')], 'unsupported'],
    ['sends big-endian messages', [OK, new Uint8Array(16).fill(66)], 'malformed'],
    [
      'sends too large a message',
      [OK, Uint8Array.of(108, 2, 0, 1, 255, 255, 255, 127, 0, 0, 0, 0, 0, 0, 0, 0)],
      'limit',
    ],
    ['hangs up within a message', [OK, Uint8Array.of(108, 2, 0, 1, 8, 0, 0, 0)], 'io'],
    ['sends no end of a line', [new Uint8Array(2_000_000).fill(65)], 'limit'],
    [
      'sends a field of an unknown type',
      [OK, Uint8Array.of(108, 2, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 5, 1, 118, 0, 0, 0, 0, 0)],
      'malformed',
    ],
  ] as const)('fails when the bus %s', async (_, answers, code) => {
    const address = await serve(answers);
    await expect(callBus(address, HELLO, AbortSignal.timeout(5000))).rejects.toMatchObject({ code });
  });

  test('fails where there is no bus', async () => {
    await expect(callBus('unix:path=/nowhere', HELLO, AbortSignal.timeout(5000))).rejects.toMatchObject({ code: 'io' });
    expect(await documentsFolder('unix:path=/nowhere')).toBeUndefined();
  });
});

describeWith(['dbus-run-session'], 'a real bus', () => {
  test('answers', () => {
    const program = `
      import { callBus } from ${JSON.stringify(new URL('../../src/portal/bus-call.ts', import.meta.url).href)};
      const call = ${JSON.stringify(HELLO)};
      const { signature, body } = await callBus(process.env.DBUS_SESSION_BUS_ADDRESS, call, AbortSignal.timeout(5000));
      console.log(signature, Buffer.from(body.subarray(4, 36)).toString());
      await callBus(process.env.DBUS_SESSION_BUS_ADDRESS, { ...call, member: 'No' }, AbortSignal.timeout(5000)).catch((e) => console.log(e.code));`;
    const args = ['--', process.execPath, '--conditions=@appimage-js/source', '--input-type=module', '-e', program];
    expect(execaSync('dbus-run-session', args).stdout).toMatch(/^s [0-9a-f]{32}\nunsupported$/);
  });
});
