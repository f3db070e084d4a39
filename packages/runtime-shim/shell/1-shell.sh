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
		mv readlink rm rmdir sed sleep sync tail timeout tr umount uname busybox
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

case $- in
*r*)
	printf 'AppImage: a restricted shell cannot start it: start it from another one, by its name\n' >&2
	exit 127
	;;
esac

# The system's tools come first, and the usual places are there even if PATH names none of them; the application gets PATH back.
shimg_own_path=${PATH-}
PATH=/usr/bin:/bin${PATH:+:$PATH}:/usr/sbin:/sbin:/usr/local/bin:/run/current-system/sw/bin

# What comes from a file may hold sequences that a terminal obeys. Of yash, "printf" in a substitution gives characters only.
shimg_without_controls() {
	case ${YASH_VERSION+set} in
	set) LC_ALL=C tr -c '\n -~' '?' ;;
	*)
		LC_ALL=C tr '\000-\011\013-\037\177' '?' |
			LC_ALL=C sed "$(printf 's/\302[\200-\237]/?/g;:a\ns/^[\200-\237]/?/;s/\\([ -~]\\)[\200-\237]/\\1?/g;ta')"
		;;
	esac
}

shimg_for_terminal() {
	if [ -t 1 ]; then shimg_without_controls; else cat; fi
}

shimg_on_one_line() {
	shimg_text=$(printf '%s' "$1" | LC_ALL=C tr '\n' '?' | shimg_without_controls)
	printf '%s\n' "${shimg_text:-$1}"
}

shimg_say() {
	printf 'AppImage: %s\n' "$(shimg_on_one_line "$*")" >&2
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
