import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import type { Session } from '../session.ts';

/** A command as `appimage help` lists it. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<(session: Session) => CommandUnknownOpts>;
}

/** Every command, in the order in which they are listed; each in a file of its own, which is loaded when it is needed. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'build',
    summary: 'make an AppImage from an application directory',
    load: async () => (await import('./build.ts')).buildCommand,
  },
  {
    name: 'convert',
    summary: 'make an AppImage of another type, or with a new runtime, of one that is there',
    load: async () => (await import('./convert.ts')).convertCommand,
  },
  {
    name: 'info',
    summary: 'say what an AppImage is, without running it',
    load: async () => (await import('./info.ts')).infoCommand,
  },
  {
    name: 'ls',
    summary: 'list the files in an AppImage',
    load: async () => (await import('./ls.ts')).lsCommand,
  },
  {
    name: 'cat',
    summary: 'print files from an AppImage',
    load: async () => (await import('./cat.ts')).catCommand,
  },
  {
    name: 'extract',
    summary: 'unpack an AppImage into a directory',
    load: async () => (await import('./extract.ts')).extractCommand,
  },
  {
    name: 'run',
    summary: 'start the application in an AppImage',
    load: async () => (await import('./run.ts')).runCommand,
  },
  {
    name: 'mount',
    summary: 'make the files in an AppImage available in a directory',
    load: async () => (await import('./mount.ts')).mountCommand,
  },
  {
    name: 'cache',
    summary: 'list or remove what was unpacked for later starts',
    load: async () => (await import('./cache.ts')).cacheCommand,
  },
  {
    name: 'doctor',
    summary: 'say what this system can do, and how to mend the rest',
    load: async () => (await import('./doctor.ts')).doctorCommand,
  },
  {
    name: 'permissions',
    summary: 'show and change what a confined application may do',
    load: async () => (await import('./permissions.ts')).permissionsCommand,
  },
  {
    name: 'validate',
    summary: 'look for what is wrong with an AppImage or an AppDir',
    load: async () => (await import('./validate.ts')).validateCommand,
  },
  {
    name: 'sign',
    summary: 'sign an AppImage, or take its signature out',
    load: async () => (await import('./sign.ts')).signCommand,
  },
  {
    name: 'verify',
    summary: 'judge the signature of an AppImage',
    load: async () => (await import('./verify.ts')).verifyCommand,
  },
  {
    name: 'zsync',
    summary: 'write the control file for updates by what differs',
    load: async () => (await import('./zsync.ts')).zsyncCommand,
  },
  {
    name: 'feed',
    summary: 'write the feed that updaters of AppImages follow',
    load: async () => (await import('./feed.ts')).feedCommand,
  },
  {
    name: 'publish-check',
    summary: 'look at a release as updaters will',
    load: async () => (await import('./publish-check.ts')).publishCheckCommand,
  },
  {
    name: 'update',
    summary: 'bring AppImages up to date, by what differs',
    load: async () => (await import('./update.ts')).updateCommand,
  },
  {
    name: 'rollback',
    summary: 'bring the version before an update back',
    load: async () => (await import('./rollback.ts')).rollbackCommand,
  },
  {
    name: 'install',
    summary: 'put an AppImage into the menu',
    load: async () => (await import('./install.ts')).installCommand,
  },
  {
    name: 'remove',
    summary: 'take an AppImage out of the menu, and its file to the trash',
    load: async () => (await import('./remove.ts')).removeCommand,
  },
  {
    name: 'customize',
    summary: 'say how an application is to be in the menu',
    load: async () => (await import('./customize.ts')).customizeCommand,
  },
  {
    name: 'list',
    summary: 'list the AppImages in the menu',
    load: async () => (await import('./list.ts')).listCommand,
  },
  {
    name: 'sync',
    summary: 'bring the menu in step with the AppImages that are there',
    load: async () => (await import('./sync.ts')).syncCommand,
  },
  {
    name: 'daemon',
    summary: 'keep the menu in step until it is stopped',
    load: async () => (await import('./daemon.ts')).daemonCommand,
  },
  {
    name: 'thumbnail',
    summary: 'write a picture of an AppImage, as file managers ask for it',
    load: async () => (await import('./thumbnail.ts')).thumbnailCommand,
  },
  {
    name: 'service',
    summary: 'keep the menu in step from the login on, or no more',
    load: async () => (await import('./service.ts')).serviceCommand,
  },
  {
    name: 'binfmt',
    summary: 'have the kernel start AppImages by this toolkit',
    load: async () => (await import('./binfmt.ts')).binfmtCommand,
  },
  {
    name: 'watch-dirs',
    summary: 'say which folders are looked for AppImages',
    load: async () => (await import('./watch-dirs.ts')).watchDirsCommand,
  },
];
