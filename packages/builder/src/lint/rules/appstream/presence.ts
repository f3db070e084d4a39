import { childElements, flowText } from '@appimage-js/format';
import type { Check, Report } from '../../check.ts';
import type { Rule } from '../../rule.ts';
import { APPSTREAM, specification } from '../../sources.ts';
import type { AppStreamFile } from '../../subject/appstream-files.ts';
import type { Subject } from '../../subject/subject.ts';

const SECTION = specification('AppStream', 'appstream');

const MISSING: Rule = {
  id: 'appstream-missing',
  severity: 'warning',
  summary: 'The image has AppStream metadata',
  source: SECTION,
  remedy:
    'Put usr/share/metainfo/ID.metainfo.xml into the AppDir, where ID is that of the application, such as org.example.App',
  profiles: ['recommended', 'spec', 'appimagehub'],
  severityIn: { recommended: 'note' },
};

const FILE_NAME: Rule = {
  id: 'appstream-file-name',
  severity: 'warning',
  summary: 'The metadata of the application are in usr/share/metainfo, in a file that is named after their id',
  source: SECTION,
  remedy: 'Name the file ID.metainfo.xml (or ID.appdata.xml), with the ID that is in it, in usr/share/metainfo',
  profiles: ['recommended', 'spec'],
  severityIn: { recommended: 'note' },
};

const LAUNCHABLE: Rule = {
  id: 'appstream-launchable-missing',
  severity: 'warning',
  summary: 'The desktop entry that the metadata name is in the image',
  source: APPSTREAM,
  remedy: 'Write the name of the desktop entry into <launchable type="desktop-id">, or name that file so',
  profiles: ['recommended', 'spec'],
};

const NO_OWN: Rule = {
  id: 'appstream-of-others',
  severity: 'note',
  summary: 'Some of the metadata are about the application in the image, not only about what it brings along',
  source: APPSTREAM,
  remedy: 'Add metadata for the application itself, or name its desktop entry in them by <launchable>',
  profiles: ['recommended'],
};

/** Whether there are metadata, where they are, and what they are about. */
export const presenceCheck: Check = {
  rules: [MISSING, FILE_NAME, LAUNCHABLE, NO_OWN],
  async inspect(subject, report) {
    if (subject.image?.problem !== undefined) return;
    const files = await subject.appStreamFiles();
    if (files.length === 0) report(MISSING, { message: 'expected metadata in usr/share/metainfo, found none' });
    const parsed = files.filter(({ root }) => root !== undefined);
    for (const file of parsed) checkFileName(file, report);
    await checkLaunchables(subject, parsed, report);
  },
};

function textOf({ root }: AppStreamFile, name: string): string {
  const [element] = root === undefined ? [] : childElements(root, name);
  return element === undefined ? '' : flowText(element);
}

/** Only applications: fonts, codecs and the like come along with libraries and are nobody's to change. */
function isApplication({ root }: AppStreamFile): boolean {
  const type = root?.attributes.get('type');
  return root?.name === 'application' || (type !== undefined && /^(?:desktop|webapp|.*-application)$/.test(type));
}

function checkFileName(file: AppStreamFile, report: Report): void {
  const id = textOf(file, 'id');
  const name = file.path.slice(file.path.lastIndexOf('/') + 1);
  const stem = name.replace(/\.(?:metainfo|appdata)\.xml$/, '');
  if (!isApplication(file)) return;
  if (id !== '' && stem !== id && `${stem}.desktop` !== id) {
    report(FILE_NAME, {
      path: file.path,
      message: `expected a file of the name ${JSON.stringify(id)}, as the id says, found ${JSON.stringify(stem)}`,
    });
  } else if (file.path.startsWith('usr/share/appdata/')) {
    report(FILE_NAME, {
      path: file.path,
      message: 'expected the file in usr/share/metainfo, found it in the folder of older versions',
    });
  }
}

async function checkLaunchables(subject: Subject, files: readonly AppStreamFile[], report: Report): Promise<void> {
  const desktops = await subject.desktopFiles();
  const names = new Set(desktops.map(({ path }) => path.slice(path.lastIndexOf('/') + 1)));
  const own = (await subject.desktopFile())?.path.replace(/\.desktop$/, '');
  let hasOwn = false;
  for (const file of files) {
    const launchables = (file.root === undefined ? [] : childElements(file.root, 'launchable'))
      .filter(({ attributes }) => attributes.get('type') === 'desktop-id')
      .map(flowText);
    for (const id of isApplication(file) ? launchables : []) {
      if (!names.has(id))
        report(LAUNCHABLE, {
          path: file.path,
          message: `expected the desktop entry ${JSON.stringify(id)}, found none of that name`,
        });
    }
    const about = [textOf(file, 'id'), ...launchables].map((each) => each.replace(/\.desktop$/, ''));
    hasOwn ||= own === undefined || about.includes(own) || isApplication(file);
  }
  const [first] = files;
  if (first !== undefined && !hasOwn) {
    report(NO_OWN, {
      path: first.path,
      message: `expected metadata of ${JSON.stringify(own)}, found ${files.length} of other components`,
    });
  }
}
