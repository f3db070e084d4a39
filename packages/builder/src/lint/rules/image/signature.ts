import { readSignatureSections } from '@appimage-js/format';
import { nodeHashes } from '@appimage-js/format/node';
import type { SignatureVerdictState } from '@appimage-js/format/openpgp';
import type { Check, Report } from '../../check.ts';
import type { Rule } from '../../rule.ts';
import { TYPE_2_FORMAT } from '../../sources.ts';
import type { Subject } from '../../subject/subject.ts';
import { hasRuntime } from './has-runtime.ts';

const BAD: Rule = {
  id: 'signature-bad',
  severity: 'error',
  summary: 'The signature is of this file',
  source: TYPE_2_FORMAT,
  remedy: 'Fetch the image again; if it is your own, sign it after everything else was written into it: appimage sign',
  profiles: ['recommended', 'spec', 'appimagehub'],
};

const NONE: Rule = {
  id: 'signature-is-none',
  severity: 'warning',
  summary: 'What is in the place of the signature is a signature of this file',
  source: TYPE_2_FORMAT,
  remedy:
    'Sign the image anew (appimage sign), or take out what is there (appimage sign --remove): it only looks like a signature',
  profiles: ['recommended', 'spec'],
  severityIn: { spec: 'error' },
};

const DOUBTFUL: Rule = {
  id: 'signature-doubtful',
  severity: 'warning',
  summary: 'The signature is made in a way, and by a key, that can be relied on today',
  source: TYPE_2_FORMAT,
  remedy: 'Sign the image anew with a valid key and SHA-256: appimage sign',
  profiles: ['recommended', 'spec'],
};

const UNSIGNED: Rule = {
  id: 'signature-missing',
  severity: 'note',
  summary: 'The image is signed',
  source: TYPE_2_FORMAT,
  remedy: 'Sign the image: appimage sign',
  profiles: [],
};

const RULES: Readonly<Record<SignatureVerdictState, Rule | null>> = {
  good: null,
  unsigned: UNSIGNED,
  bad: BAD,
  'bare-digest': NONE,
  'signed-nothing': NONE,
  unrecognized: NONE,
  'key-missing': DOUBTFUL,
  'weak-hash': DOUBTFUL,
  'key-expired': DOUBTFUL,
  'key-revoked': DOUBTFUL,
  'key-unfit': DOUBTFUL,
  'signature-expired': DOUBTFUL,
  'not-yet-valid': DOUBTFUL,
  unsupported: DOUBTFUL,
};

/** The signature, if there is one; the file is read to its end for it, and OpenPGP is loaded only then. */
export const signatureCheck: Check = {
  rules: [BAD, NONE, DOUBTFUL, UNSIGNED],
  async inspect(subject, report) {
    const { image, signal } = subject;
    if (image === undefined || !hasRuntime(image)) return;
    if (!(await hasSignature(subject))) {
      report(UNSIGNED, { message: 'expected a signature, found none' });
      return;
    }
    const { verifySignature } = await import('@appimage-js/format/openpgp');
    const { state, reason } = await verifySignature(image, { signal, hashes: nodeHashes });
    tell(state, reason, report);
  },
};

async function hasSignature({ image, signal }: Subject): Promise<boolean> {
  if (image?.shImg !== undefined) return image.shImg.integrationZip?.signature !== undefined;
  if (image?.elf === undefined) return false;
  return (await readSignatureSections(image.source, image.elf, { signal })).signature !== null;
}

function tell(state: SignatureVerdictState, reason: string, report: Report): void {
  const rule = RULES[state];
  if (rule !== null) report(rule, { message: `${state}: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}` });
}
