import { onTestFinished } from 'vitest';
import { createHttpClient, type HttpClient, type HttpOptions } from '../../src/http/index.ts';

/** A client that knows nothing of the machine, is not patient, and is closed when the test is over. */
export function testClient(options: HttpOptions = {}): HttpClient {
  const client = createHttpClient({ environment: {}, cacheFolder: null, retries: 0, retryDelay: 1, ...options });
  onTestFinished(() => client.close());
  return client;
}
