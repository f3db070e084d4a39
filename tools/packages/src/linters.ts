import type { Finding } from '@appimage-js/workspace-tool';
import { checkPackage, createPackageFromTarballData, type Problem } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import type { Tarball } from './tarball.ts';

/** The errors and warnings of publint; its suggestions are told as warnings. */
export async function checkWithPublint({ bytes, workspacePackage }: Tarball): Promise<Finding[]> {
  const tarball = new Uint8Array(bytes).buffer;
  const { messages, pkg } = await publint({ pack: { tarball }, strict: false });
  return messages.map((message) => ({
    where: workspacePackage.path,
    message: `publint: ${formatMessage(message, pkg, { color: false }) ?? message.code}`,
    severity: message.type === 'suggestion' ? 'warning' : 'error',
  }));
}

/** The problems that a TypeScript user of an ESM package meets; those of CommonJS and of old resolvers are intended. */
export async function checkWithTypes({ bytes, workspacePackage }: Tarball): Promise<Finding[]> {
  const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(bytes)), {
    excludeEntrypoints: ['./package.json'],
  });
  if (analysis.types === false) return [];
  return analysis.problems
    .filter(concernsEsm)
    .map((problem) => ({ where: workspacePackage.path, message: `types: ${describe(problem)}` }));
}

function concernsEsm(problem: Problem): boolean {
  if (problem.kind === 'CJSResolvesToESM') return false;
  return !('resolutionKind' in problem && ['node10', 'node16-cjs'].includes(problem.resolutionKind));
}

function describe(problem: Problem): string {
  const { kind, ...fields } = problem;
  const details = Object.entries(fields).filter(([, value]) => typeof value === 'string');
  return [kind, ...details.map(([name, value]) => `${name} ${value}`)].join(', ');
}
