# The native program in this file for the machine that it runs on: unpacked once, to a name that tells its content, in a folder
# of the user's own. Sets shimg_helper, or notes in shimg_why what is in the way.

# Of what a program has said, the first line is the reason, or the second where the first is empty; a reason that is there
# already is not told again.
shimg_note() {
	shimg_said=${2-}
	shimg_said=${shimg_said#"$shimg_newline"}
	shimg_reason="  $(shimg_on_one_line "$1${shimg_said%%"$shimg_newline"*}")"
	case $shimg_newline$shimg_why$shimg_newline in
	*"$shimg_newline$shimg_reason$shimg_newline"*) ;;
	*) shimg_why=$shimg_why${shimg_why:+$shimg_newline}$shimg_reason ;;
	esac
}

# Of a 64-bit kernel with 32-bit programs, "linux32" and containers say so.
shimg_find_machine() {
	shimg_machine=$(uname -m 2>>"$shimg_null")
	case $shimg_machine in
	x86_64 | amd64) shimg_arch=x86_64 ;;
	i?86 | i86pc | x86) shimg_arch=i386 ;;
	aarch64 | arm64) shimg_arch=aarch64 ;;
	armhf | armv7* | armv8*) shimg_arch=armhf ;;
	*) shimg_arch=$shimg_machine ;;
	esac
}

shimg_is_ready() {
	[ -f "$1" ] && [ -x "$1" ] && shimg_is_own "$1"
}

# Calls "$1 FOLDER BASE" for each folder that a helper may be in, until it succeeds. Where others may make folders too, the
# name has the user's number.
shimg_each_place() {
	case ${XDG_RUNTIME_DIR-} in /*) shimg_belongs "$XDG_RUNTIME_DIR" && "$1" "$XDG_RUNTIME_DIR/appimage" && return 0 ;; esac
	shimg_each_cache "$1"
}

shimg_each_cache() {
	case ${XDG_CACHE_HOME-} in
	/*) "$1" "$XDG_CACHE_HOME/appimage" "$XDG_CACHE_HOME" && return 0 ;;
	*) case ${HOME-} in /*) shimg_belongs "$HOME" && "$1" "$HOME/.cache/appimage" "$HOME/.cache" && return 0 ;; esac ;;
	esac
	shimg_find_user
	case ${TMPDIR-} in /*) "$1" "$TMPDIR/appimage-$shimg_user" && return 0 ;; esac
	"$1" "/tmp/appimage-$shimg_user" || "$1" "/var/tmp/appimage-$shimg_user"
}

shimg_is_in() {
	shimg_is_ready "$1/$shimg_helper_name" && shimg_is_private "$1" "$shimg_helper_name" || return 1
	shimg_helper=${shimg_real%/}/$shimg_helper_name
	[ -x "$shimg_helper" ]
}

# A folder that only this user can write to, made where it is missing. Under sudo, HOME may be another user's.
shimg_make_own() {
	if [ -n "${2-}" ]; then
		[ -d "$2" ] || mkdir -p "$2" || return 4
		shimg_belongs "$2" || return 1
	fi
	if [ ! -d "$1" ]; then
		[ ! -d "${1%/*}/" ] || shimg_is_trusted "${1%/*}/" || return 1
		mkdir "$1" || return 4
	fi
	shimg_is_private "$1" || return 1
}

shimg_gunzip() {
	if shimg_has gzip; then
		gzip -dc
	elif shimg_has busybox; then
		busybox gzip -dc
	else
		return 1
	fi
}

# In a subshell; what programs say is the reason. A rename is all that others see; of two that unpack at once, either is good.
shimg_unpack_to() {
	umask 077
	LC_ALL=C
	export LC_ALL
	shimg_make_own "$1" "${2-}" || return
	shimg_new=$1/.helper-$$.new
	trap 'rm -f "$shimg_new"; exit 9' HUP INT QUIT TERM
	rm -f "$shimg_new"
	shimg_fill_new "$1"
	shimg_status=$?
	[ "$shimg_status" -eq 0 ] || rm -f "$shimg_new"
	return "$shimg_status"
}

shimg_fill_new() {
	set -C
	dd if="$shimg_file_of_helpers" bs=4096 skip="$shimg_helper_block" count="$shimg_helper_blocks" 2>>"$shimg_null" |
		shimg_gunzip >"$shimg_new" || return 2
	chmod 500 "$shimg_new" && [ -x "$shimg_new" ] || return 3
	"$shimg_new" --appimage-version >>"$shimg_null" 2>&1 <"$shimg_null" || return 3
	# Else a loss of power may leave the name, and nothing in it.
	sync "$shimg_new" >>"$shimg_null" 2>&1
	mv -f "$shimg_new" "$1/$shimg_helper_name" || return 4
	find "$1" -type f \( -name 'helper-*' -mtime +30 -atime +30 -o -name '.helper-*.new' -mtime +0 \) -exec rm -f {} + 2>>"$shimg_null"
	return 0
}

shimg_unpack() {
	shimg_said=$(shimg_unpack_to "$@" 2>&1)
	case $? in
	0)
		shimg_is_in "$1" && return 0
		shimg_note "helper: what has been unpacked to $1 is not there any more, or not the same"
		;;
	1) shimg_note "helper: $1 is not used: others can write to it or to a folder above it, or it is somebody else's" ;;
	2) shimg_note "helper: it cannot be unpacked to $1: " "${shimg_said:-there is no gzip}" ;;
	3) shimg_note "helper: programs cannot be run from $1 (noexec), or not on this machine ($shimg_machine)" ;;
	4) shimg_note "helper: " "$shimg_said" ;;
	*) exit 1 ;;
	esac
	return 1
}

shimg_find_helper() {
	shimg_why='' shimg_helper='' shimg_helper_name='' shimg_helper_block='' shimg_helper_blocks='' shimg_helper_size=''
	case $shimg_type in
	dwarfs)
		shimg_note 'helper: it does not read DwarFS images'
		return 1
		;;
	esac
	if ! shimg_choose_helper "$shimg_arch"; then
		# A 64-bit kernel mostly runs 32-bit programs too: unpacking tries it.
		case $shimg_arch in
		x86_64) shimg_choose_helper i386 ;;
		aarch64) shimg_choose_helper armhf ;;
		*) false ;;
		esac || {
			shimg_note "helper: the file has none for this machine ($shimg_machine), $shimg_architectures"
			return 1
		}
	fi
	shimg_each_place shimg_is_in || shimg_each_place shimg_unpack
}

# The helper becomes this process, and then the application.
shimg_become_helper() {
	TARGET_APPIMAGE=$shimg_file
	TARGET_APPIMAGE_ARGV0=$0
	export TARGET_APPIMAGE TARGET_APPIMAGE_ARGV0
	if [ -n "$shimg_offset" ]; then
		TARGET_APPIMAGE_OFFSET=$shimg_offset
		export TARGET_APPIMAGE_OFFSET
	else
		unset TARGET_APPIMAGE_OFFSET
	fi
	shimg_drop_null
	PATH=$shimg_own_path
	exec "$shimg_helper" "$@"
}
