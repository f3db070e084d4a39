/** How bad it is: clients can not update, clients are worse off than they need be, or it is worth knowing. */
export type PublishSeverity = 'error' | 'warning' | 'info';

/** What a finding can be about; each with what a publisher does about it. */
const REMEDIES = {
  'unreadable-image': 'publish an AppImage that `appimage info` can read',
  'no-update-information': 'build with --update-info, so that updaters know where to look',
  'bad-update-information': 'build again with update information that `appimage info` has no problem with',
  'unclear-update-information': 'use a form that all updaters read alike',
  'name-architecture': 'name the file after the machine that it is for, such as NAME-VERSION-x86_64.AppImage',
  'pattern-mismatch': 'name the control file as the update information says, or change the pattern',
  'ambiguous-pattern': 'narrow the pattern, so that it means one file for each machine',
  'no-control-file': 'make one with `appimage zsync`, and publish it beside the image',
  'bad-control-file': 'make it again with `appimage zsync`',
  'control-file-outdated': 'make the control file after the last change of the image, and publish both at once',
  'control-file-name': 'do not rename the image after the control file was made; make it again',
  'control-file-url': 'make the control file with the URL, relative or absolute, that the image will have',
  'control-file-without-hash': 'make it with `appimage zsync`: without SHA-1, updaters report an update for ever',
  unresolvable: 'check the update information, and publish what it leads to',
  'leads-elsewhere': 'publish this version where the update information leads, if it is meant to be the newest',
  'found-by-detour': 'publish what the remark misses',
  unreachable: 'upload the file, or correct the URL',
  'no-ranges': 'serve it by a server that answers ranges (206): without them every update is a whole download',
  'wrong-size': 'upload the file again, and the control file made from it',
  'wrong-encoding': 'switch off compression for AppImages on the server',
  'insecure-url': 'use https',
  'bad-feed': 'make it again with `appimage feed`',
  'feed-mismatch': 'make the feed again from the files as they are published',
} as const satisfies Record<string, string>;

/** The stable name of what was found. */
export type PublishRule = keyof typeof REMEDIES;

/** Something about a release that updaters will meet. */
export interface PublishFinding {
  readonly rule: PublishRule;
  readonly severity: PublishSeverity;
  /** The file or URL that it is about. */
  readonly subject: string;
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** Collects what is found. */
export class Findings {
  readonly list: PublishFinding[] = [];

  add(severity: PublishSeverity, rule: PublishRule, subject: string, message: string): void {
    const finding = { rule, severity, subject, message, remedy: REMEDIES[rule] };
    const isKnown = this.list.some(
      (other) => other.rule === rule && other.subject === subject && other.message === message,
    );
    if (!isKnown) this.list.push(finding);
  }

  take({ list }: Findings): void {
    for (const { severity, rule, subject, message } of list) this.add(severity, rule, subject, message);
  }
}
