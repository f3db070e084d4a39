import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SilenceWatch } from '../../../src/io/http/silence-watch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = () => new Promise<never>(() => undefined);
const after = (milliseconds: number) => new Promise<string>((resolve) => setTimeout(resolve, milliseconds, 'heard'));

test('hears what comes in time, however long it takes in all', async () => {
  const watch = new SilenceWatch(100, []);
  for (let piece = 0; piece < 10; piece++) {
    const heard = watch.listen(after(99));
    await vi.advanceTimersByTimeAsync(99);
    expect(await heard).toBe('heard');
  }
  expect(watch).toMatchObject({ silent: false, signal: { aborted: false } });
});

test('ends after the time that nothing was heard', async () => {
  const watch = new SilenceWatch(100, []);
  const outcome = watch.listen(never()).catch(() => 'ended');
  await vi.advanceTimersByTimeAsync(99);
  expect(watch.silent).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(await outcome).toBe('ended');
  expect(watch).toMatchObject({ silent: true, signal: { aborted: true } });
});

test('has no clock while nobody listens', async () => {
  const watch = new SilenceWatch(100, []);
  await watch.listen(Promise.resolve());
  await vi.advanceTimersByTimeAsync(1000);
  expect(watch.silent).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});

test('ends with the reason of any of its signals, and is not silence then', async () => {
  const controllers = [new AbortController(), new AbortController()];
  const watch = new SilenceWatch(
    100,
    controllers.map(({ signal }) => signal),
  );
  const heard = watch.listen(never());
  controllers[1]?.abort('enough');
  await expect(heard).rejects.toBe('enough');
  await expect(watch.listen(never())).rejects.toBe('enough');
  expect(watch).toMatchObject({ silent: false, signal: { reason: 'enough' } });
  expect(new SilenceWatch(100, [AbortSignal.abort('before')]).signal.reason).toBe('before');
});

test('lets go of its signals in the end', () => {
  const controller = new AbortController();
  const watch = new SilenceWatch(100, [controller.signal]);
  watch.end();
  controller.abort();
  expect(watch.signal.aborted).toBe(false);
});
