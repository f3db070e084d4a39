import { describe, expect, test, vi } from 'vitest';
import { httpError, PassingFailure } from '../../../src/io/http/http-error.ts';
import { parseRetryAfter, retrying } from '../../../src/io/http/retry.ts';

const place = { url: 'http://example.org/', offset: 7 };
const passing = (retryAfter?: number) => new PassingFailure({ reason: 'it broke', place, retryAfter });

describe('trying again', () => {
  test('ends with the first success', async () => {
    const attempt = vi.fn().mockRejectedValueOnce(passing()).mockRejectedValueOnce(passing()).mockResolvedValue('done');
    expect(await retrying({ retries: 2, retryDelay: 0 }, attempt)).toBe('done');
    expect(attempt).toHaveBeenCalledTimes(3);
  });

  test('ends with an error that says how often it was tried', async () => {
    const attempt = vi.fn().mockRejectedValue(passing());
    await expect(retrying({ retries: 2, retryDelay: 0 }, attempt)).rejects.toMatchObject({
      name: 'AppImageError',
      code: 'io',
      message: 'Cannot read http://example.org/: it broke (tried 3 times)',
      ...place,
    });
    expect(attempt).toHaveBeenCalledTimes(3);
  });

  test('is not done for what does not pass', async () => {
    const error = httpError('not-found', 'gone', place);
    const attempt = vi.fn().mockRejectedValue(error);
    await expect(retrying({ retries: 2, retryDelay: 0 }, attempt)).rejects.toBe(error);
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  test('is not done where the server wants to be left alone for more than a minute', async () => {
    const attempt = vi.fn().mockRejectedValue(passing(60_001));
    await expect(retrying({ retries: 2, retryDelay: 0 }, attempt)).rejects.toMatchObject({ code: 'io' });
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  test('waits twice as long each time, or as long as the server says', async () => {
    const timeout = vi.spyOn(globalThis, 'setTimeout').mockImplementation((callback) => {
      queueMicrotask(callback);
      return 0 as unknown as NodeJS.Timeout;
    });
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const failures = [passing(), passing(), passing(40), passing(), passing()];
    const attempt = vi.fn();
    for (const failure of failures) attempt.mockRejectedValueOnce(failure);
    attempt.mockResolvedValue('done');
    await retrying({ retries: 9, retryDelay: 10_000 }, attempt);
    const waits = timeout.mock.calls.map(([, milliseconds]) => milliseconds);
    vi.restoreAllMocks();
    expect(waits).toEqual([10_000, 20_000, 40, 60_000, 60_000]);
  });

  test('ends at once when the caller gives up while it waits', async () => {
    const controller = new AbortController();
    const attempt = vi.fn().mockImplementation(() => {
      setTimeout(() => controller.abort('enough'), 0);
      return Promise.reject(passing());
    });
    const { signal } = controller;
    await expect(retrying({ retries: 2, retryDelay: 50_000 }, attempt, { signal })).rejects.toBe('enough');
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  test('does not wait for one who has given up already', async () => {
    const signal = AbortSignal.abort('enough');
    const attempt = vi.fn().mockRejectedValue(passing());
    await expect(retrying({ retries: 2, retryDelay: 50_000 }, attempt, { signal })).rejects.toBe('enough');
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2022-01-01T00:00:00Z');

  test.each([
    ['0', 0],
    ['120', 120_000],
    ['Sat, 01 Jan 2022 00:00:05 GMT', 5000],
    ['Fri, 31 Dec 2021 00:00:05 GMT', 0],
    ['soon', undefined],
    ['99999999999999', undefined],
    [null, undefined],
  ])('of %j is %s ms', (text, expected) => {
    expect(parseRetryAfter(text, now)).toBe(expected);
  });
});
