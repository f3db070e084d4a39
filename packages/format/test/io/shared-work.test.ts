import { expect, test } from 'vitest';
import { SharedWork } from '../../src/io/shared-work.ts';

interface Started {
  readonly work: SharedWork<string>;
  readonly signal: AbortSignal;
  readonly finish: (value: string) => void;
  readonly fail: (error: unknown) => void;
}

/** Work that the test ends by hand, and that ends by itself when it is told to. */
function startWork(): Started {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let given: AbortSignal | undefined;
  const work = new SharedWork((signal) => {
    given = signal;
    signal.addEventListener('abort', () => reject(signal.reason));
    return promise;
  });
  return { work, signal: given as AbortSignal, finish: resolve, fail: reject };
}

test('begins at once and gives everybody the same result', async () => {
  const { work, finish } = startWork();
  const waiting = [work.wait(), work.wait(new AbortController().signal)];
  finish('value');
  expect(await Promise.all(waiting)).toEqual(['value', 'value']);
  expect(await work.wait()).toBe('value');
  expect(work.lost).toBe(false);
});

test('goes on while somebody waits, after others have given up', async () => {
  const { work, signal, finish } = startWork();
  const impatient = new AbortController();
  const first = work.wait(impatient.signal);
  const second = work.wait(new AbortController().signal);
  impatient.abort('enough');
  await expect(first).rejects.toBe('enough');
  expect(signal.aborted).toBe(false);
  finish('value');
  expect(await second).toBe('value');
});

test('is told to end when all who waited have given up, with the reason of the last', async () => {
  const { work, signal } = startWork();
  const controllers = [new AbortController(), new AbortController()];
  const waiting = controllers.map((controller) => work.wait(controller.signal));
  const outcomes = Promise.allSettled(waiting);
  controllers[0]?.abort('first');
  controllers[1]?.abort('second');
  expect(await outcomes).toEqual([
    { status: 'rejected', reason: 'first' },
    { status: 'rejected', reason: 'second' },
  ]);
  expect(signal).toMatchObject({ aborted: true, reason: 'second' });
  expect(work.lost).toBe(true);
});

test('is lost at once when the last has given up, before it has ended', async () => {
  const work = new SharedWork(() => new Promise<never>(() => undefined));
  const controller = new AbortController();
  const waiting = work.wait(controller.signal);
  controller.abort('enough');
  expect(work.lost).toBe(true);
  await expect(waiting).rejects.toBe('enough');
});

test('goes on for somebody who can not give up', async () => {
  const { work, signal, finish } = startWork();
  const controller = new AbortController();
  const kept = work.wait();
  const givenUp = work.wait(controller.signal);
  controller.abort('enough');
  await expect(givenUp).rejects.toBe('enough');
  expect(signal.aborted).toBe(false);
  finish('value');
  expect(await kept).toBe('value');
});

test('that nobody waits for yet is not told to end', async () => {
  const { work, signal, finish } = startWork();
  await expect(work.wait(AbortSignal.abort('too late'))).rejects.toBe('too late');
  expect(signal.aborted).toBe(false);
  finish('value');
  expect(await work.wait()).toBe('value');
});

test('that fails is lost and fails for everybody, and for nobody', async () => {
  const error = new Error('broken');
  const { work, fail } = startWork();
  const waiting = [work.wait(), work.wait(new AbortController().signal)];
  fail(error);
  expect(await Promise.allSettled(waiting)).toEqual([
    { status: 'rejected', reason: error },
    { status: 'rejected', reason: error },
  ]);
  expect(work.lost).toBe(true);
  const unheard = new SharedWork(() => Promise.reject(error));
  await Promise.resolve();
  await Promise.resolve();
  expect(unheard.lost).toBe(true);
});

test('that is done can not be told to end', async () => {
  const { work, signal, finish } = startWork();
  const controller = new AbortController();
  const waiting = work.wait(controller.signal);
  finish('value');
  expect(await waiting).toBe('value');
  controller.abort('too late');
  expect(signal.aborted).toBe(false);
  expect(work.lost).toBe(false);
});

test('ends for all when its owner says so', async () => {
  const { work, signal } = startWork();
  const waiting = work.wait();
  work.end('closed');
  await expect(waiting).rejects.toBe('closed');
  expect(signal.aborted).toBe(true);
  expect(work.lost).toBe(true);
});
