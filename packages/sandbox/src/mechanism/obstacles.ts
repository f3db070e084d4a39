/** What a host says about namespaces, as far as it can be read without trying. */
export interface NamespaceSettings {
  /** Whether the kernel has user namespaces. */
  readonly hasUserNamespaces: boolean;
  /** `kernel.apparmor_restrict_unprivileged_userns` (Ubuntu from 23.10 on); undefined where it is not there. */
  readonly apparmorRestriction: string | undefined;
  /** `kernel.unprivileged_userns_clone` (Debian before 11, hardened kernels). */
  readonly unprivilegedClone: string | undefined;
  /** `user.max_user_namespaces`. */
  readonly maximum: string | undefined;
  /** Whether this process runs under a filter of system calls, as in a container. */
  readonly isFiltered: boolean;
  readonly isRoot: boolean;
  /** Whether there is a bwrap on the PATH. */
  readonly hasBubblewrap: boolean;
}

/** Why nothing can be confined here, or not by some way, and what an administrator can do. */
export interface Obstacle {
  readonly code:
    | 'apparmor-userns'
    | 'container-filter'
    | 'max-user-namespaces'
    | 'no-bubblewrap'
    | 'no-user-namespaces'
    | 'unprivileged-userns-clone';
  readonly what: string;
  /** A command or a setting. */
  readonly remedy: string;
}

/** What stands in the way according to a host's settings, the most likely first. Whether it does is told by trying. */
export function findObstacles(settings: NamespaceSettings): Obstacle[] {
  const { hasUserNamespaces, apparmorRestriction, unprivilegedClone, maximum } = settings;
  const obstacles: (Obstacle | false)[] = [
    !hasUserNamespaces && {
      code: 'no-user-namespaces',
      what: 'the kernel has no user namespaces',
      remedy: 'a kernel with CONFIG_USER_NS, or a bubblewrap that is set-user-id root (chmod u+s on its program)',
    },
    !settings.isRoot &&
      apparmorRestriction === '1' && {
        code: 'apparmor-userns',
        what: 'AppArmor forbids user namespaces to programs without a profile',
        remedy:
          'install bubblewrap and a profile for it (Ubuntu: apt install bubblewrap apparmor-profiles, then ln -s /usr/share/apparmor/extra-profiles/bwrap-userns-restrict /etc/apparmor.d/ and apparmor_parser -r /etc/apparmor.d/bwrap-userns-restrict), or for all programs: sysctl kernel.apparmor_restrict_unprivileged_userns=0',
      },
    !settings.isRoot &&
      unprivilegedClone === '0' && {
        code: 'unprivileged-userns-clone',
        what: 'user namespaces are for root only',
        remedy: 'sysctl kernel.unprivileged_userns_clone=1, or a bubblewrap that is set-user-id root',
      },
    maximum === '0' && {
      code: 'max-user-namespaces',
      what: 'no user namespaces are allowed',
      remedy: 'sysctl user.max_user_namespaces=15000',
    },
    settings.isFiltered && {
      code: 'container-filter',
      what: 'a filter of system calls is in force here, as in a container',
      remedy:
        'let the container make namespaces and mount /proc (podman, docker: --security-opt seccomp=unconfined --security-opt systempaths=unconfined)',
    },
    !settings.hasBubblewrap && {
      code: 'no-bubblewrap',
      what: 'there is no bwrap on the PATH',
      remedy: 'install the package bubblewrap',
    },
  ];
  return obstacles.filter((obstacle) => obstacle !== false);
}
