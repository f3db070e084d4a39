# What the shells differ in, and what the environment may have done to this one. Reserved words are all that can be relied on
# until it is through.

# zsh, when started under its own name: words are split, and $0 stays the script in a function.
case ${ZSH_VERSION+set} in set) emulate sh ;; esac

# bash takes functions from the environment, under any name. In its POSIX mode none stands for "unset"; outside of it, "unset"
# takes the names that are no identifiers, too.
case ${BASH_VERSION+set} in
set)
	shimg_posix=${POSIXLY_CORRECT+set}
	shimg_posix_value=${POSIXLY_CORRECT-}
	POSIXLY_CORRECT=1
	unset -f break eval exec exit export return set shift trap unset
	unset POSIXLY_CORRECT
	unset -f [ : . cd command kill printf pwd read test true umask wait cat chmod cp dd env find grep gzip head id ls mkdir \
		mv readlink rm rmdir sed sleep tail uname busybox
	case $shimg_posix in
	set)
		POSIXLY_CORRECT=$shimg_posix_value
		export POSIXLY_CORRECT
		;;
	esac
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
	command -v "$1" >>"$shimg_null" 2>&1
}

# Where there is no /dev, as in a bare root directory, an empty file does for /dev/null: what is written is appended, for the
# sake of "set -C". It goes before this process becomes another one, or ends.
shimg_null=/dev/null
shimg_find_null() {
	[ -w /dev/null ] && return
	for shimg_folder in "${TMPDIR:-/tmp}" "${XDG_RUNTIME_DIR:-/run}" /tmp /var/tmp "${HOME:-/}"; do
		shimg_null=$shimg_folder/.appimage-$$.null
		(umask 077 && set -C && : >"$shimg_null") 2>&- || continue
		trap shimg_drop_null EXIT
		return
	done
	shimg_null=/dev/null
}

shimg_drop_null() {
	case $shimg_null in /dev/null) ;; *) rm -f "$shimg_null" ;; esac
}
