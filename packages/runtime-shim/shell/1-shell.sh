# What the shells differ in, and what the environment may have done to this one. Reserved words are all that can be relied on
# until it is through.

# zsh, when started under its own name: words are split, and $0 stays the script in a function.
case ${ZSH_VERSION+set} in set) emulate sh 2>/dev/null ;; esac

# bash takes functions from the environment. In its POSIX mode, no function stands for "unset".
case ${BASH_VERSION+set} in
set)
	shimg_posix=${POSIXLY_CORRECT+set}
	shimg_posix_value=${POSIXLY_CORRECT-}
	POSIXLY_CORRECT=1
	unset -f [ cd command kill printf pwd read test true umask wait cat chmod cp dd env find grep gzip head id ls mkdir mv \
		readlink rm rmdir sed sleep tail uname busybox 2>/dev/null
	case $shimg_posix in set) POSIXLY_CORRECT=$shimg_posix_value ;; *) unset POSIXLY_CORRECT ;; esac
	;;
esac

# SHELLOPTS of bash, and "sh -e FILE"; tracing (-x, -v) is meant.
set +aCefu
unset IFS

# The system's tools come first, and the usual places are there even if PATH names none of them; the application gets PATH back.
shimg_own_path=${PATH-}
PATH=/usr/bin:/bin${PATH:+:$PATH}:/usr/sbin:/sbin:/usr/local/bin:/run/current-system/sw/bin

shimg_say() {
	printf 'AppImage: %s\n' "$*" >&2
}

shimg_die() {
	shimg_say "$@"
	exit 127
}

shimg_has() {
	command -v "$1" >/dev/null 2>&1
}
