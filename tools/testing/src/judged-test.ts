import { describe, type TestContext, test } from 'vitest';
import { isThere, type Oracle } from './oracle.ts';

/** A test that needs oracles. Where one is missing it is skipped under a name that says so; in CI it fails. */
export function testWith(
  oracles: readonly Oracle[],
  name: string,
  body: (context: TestContext) => void | Promise<void>,
): void {
  const missing = missingNames(oracles);
  if (missing === '') test(name, body);
  else if (process.env['CI'] === undefined) test.skip(`${name} (needs ${missing})`, body);
  else test(name, () => expectInCi(missing));
}

/** Tests that all need the same oracles: see {@link testWith}. */
export function describeWith(oracles: readonly Oracle[], name: string, body: () => void): void {
  const missing = missingNames(oracles);
  if (missing === '') describe(name, body);
  else if (process.env['CI'] === undefined) describe.skip(`${name} (needs ${missing})`, body);
  else describe(name, () => test(`has ${missing}`, () => expectInCi(missing)));
}

function missingNames(oracles: readonly Oracle[]): string {
  return oracles
    .filter((oracle) => !isThere(oracle))
    .map((oracle) => (typeof oracle === 'string' ? oracle : oracle.name))
    .join(', ');
}

function expectInCi(missing: string): never {
  throw new Error(`Cannot judge: ${missing} must be there in CI`);
}
