import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sharedFolder, temporaryFolder, testWith } from '@appimage-js/testing';
import { beforeAll, describe, expect } from 'vitest';
import { buildFuzzer, canFuzz, fuzzTargets, keptCorpus } from '../src/fuzz-build.ts';

const execute = promisify(execFile);
const compiler = { name: 'clang with libFuzzer', isThere: canFuzz() };

/** Runs every input once; what libFuzzer and the sanitizers have to say is on stderr. */
async function runOnce(fuzzer: string, target: string, inputs: string): Promise<string> {
  const env = { PATH: process.env['PATH'], FUZZ_TARGET: target };
  const { stderr } = await execute(fuzzer, ['-runs=0', inputs], { env, cwd: temporaryFolder() });
  return stderr;
}

describe('the kept inputs of the fuzzer', () => {
  const folder = sharedFolder();
  let fuzzer = '';
  beforeAll(async () => {
    if (compiler.isThere) fuzzer = await buildFuzzer(folder);
  });

  for (const target of fuzzTargets) {
    testWith([compiler], `for ${target} are read without an access out of bounds`, async () => {
      const inputs = keptCorpus(target);
      const count = readdirSync(inputs).length;
      const said = await runOnce(fuzzer, target, inputs);
      expect(said).toMatch(new RegExp(`INFO: +${count} files found in`));
      expect(said).toMatch(/DONE +cov: \d+/);
    });
  }

  testWith([compiler], 'reach every decompressor', async () => {
    const methods = new Set(
      readdirSync(keptCorpus('codecs')).map((name) => readFileSync(join(keptCorpus('codecs'), name))[0]),
    );
    expect([...methods].sort()).toEqual([1, 4, 5, 6]);
  });
});
