import { findSection, readPayloadMethods, readRuntimeNeeds } from '@appimage-js/format';
import type { Check, Report } from '../../check.ts';
import type { Rule } from '../../rule.ts';
import { APPIMAGETOOL, TOOLKIT, TYPE_2_FORMAT } from '../../sources.ts';
import type { Subject } from '../../subject/subject.ts';
import { hasRuntime } from './has-runtime.ts';

const COMPRESSION: Rule = {
  id: 'payload-compression',
  severity: 'error',
  summary: 'The runtime can read the compression of the payload',
  source: TYPE_2_FORMAT,
  remedy: 'Compress with zstd or gzip, or take a runtime that can read it: appimage convert --runtime-only',
  profiles: ['recommended', 'spec', 'appimagehub'],
};

const FUSE2: Rule = {
  id: 'runtime-needs-fuse2',
  severity: 'warning',
  summary: 'The runtime does without libfuse2, which distributions do not install any more',
  source: TOOLKIT,
  remedy: 'Put a new runtime under the image: appimage convert --runtime-only',
  profiles: ['recommended'],
};

const DYNAMIC: Rule = {
  id: 'runtime-dynamic',
  severity: 'note',
  summary: 'The runtime is a static program, which needs no dynamic loader and no library of the host',
  source: TOOLKIT,
  remedy: 'Put a new runtime under the image: appimage convert --runtime-only',
  profiles: ['recommended'],
};

const SECTIONS: Rule = {
  id: 'runtime-sections-missing',
  severity: 'note',
  summary: 'The runtime has room for update information, a signature and its key',
  source: APPIMAGETOOL,
  remedy: 'Put a new runtime under the image: appimage convert --runtime-only',
  profiles: ['recommended', 'spec'],
};

/** Methods that every runtime in use today can read. */
const READ_EVERYWHERE: ReadonlySet<string> = new Set(['gzip', 'zstd', 'none']);
const RESERVED = ['.upd_info', '.sha256_sig', '.sig_key'];

/** The program at the start of the file. */
export const runtimeCheck: Check = {
  rules: [COMPRESSION, FUSE2, DYNAMIC, SECTIONS],
  async inspect(subject, report) {
    if (subject.image === undefined || !hasRuntime(subject.image)) return;
    await checkCompression(subject, report);
    await checkNeeds(subject, report);
    const { image } = subject;
    if (image?.elf === undefined || (image.type !== 'type-2' && image.type !== 'nixappimage')) return;
    const { elf } = image;
    const missing = RESERVED.filter((name) => findSection(elf, name) === undefined);
    if (missing.length > 0)
      report(SECTIONS, {
        message: `expected the sections ${RESERVED.join(', ')}, found none of the name ${missing.join(', ')}`,
      });
  },
};

async function checkCompression({ image, signal }: Subject, report: Report): Promise<void> {
  const { elf, payload, source } = image ?? {};
  if (elf === undefined || source === undefined || payload?.kind !== 'squashfs' || payload.compression === null) return;
  const { compression } = payload;
  const methods = await readPayloadMethods(source, elf, { signal });
  if (methods !== null && !methods.includes(compression) && compression !== 'none') {
    report(COMPRESSION, {
      message: `expected ${methods.join(', ')}, which the runtime can read, found ${compression}`,
    });
  }
  if (methods === null && !READ_EVERYWHERE.has(compression)) {
    const message = `expected gzip or zstd, for the runtime does not say what else it can read, found ${compression}`;
    report(COMPRESSION, { severity: 'warning', message });
  }
}

async function checkNeeds({ image, signal }: Subject, report: Report): Promise<void> {
  if (image?.elf === undefined) return;
  const { linkage, libraries, interpreter } = await readRuntimeNeeds(image.source, image.elf, { signal });
  if (linkage !== 'dynamic') return;
  if (libraries.includes('libfuse.so.2'))
    report(FUSE2, { message: 'expected a runtime that brings along what it needs, found one that needs libfuse.so.2' });
  report(DYNAMIC, {
    message: `expected a static program, found one that needs ${[interpreter, ...libraries].filter((each) => each !== null).join(', ')}`,
  });
}
