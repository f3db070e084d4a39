import { onTestFinished } from 'vitest';
import type { HttpSourceOptions } from '../../../src/io/http/http-options.ts';
import { type HttpSource, openHttpSource } from '../../../src/io/http/http-source.ts';

/** Opens a source for one test that does not wait before it tries again. */
export async function openTestSource(url: URL | string, options: HttpSourceOptions = {}): Promise<HttpSource> {
  const source = await openHttpSource(url, { retryDelay: 0, ...options });
  onTestFinished(() => source.close());
  return source;
}
