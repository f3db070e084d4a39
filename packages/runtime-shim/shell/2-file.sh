# Which file this is for: the one that the shell runs, or the one that TARGET_APPIMAGE names.
# Sets shimg_file, which begins with / or ./; shimg_offset, of its payload, or nothing for a file of type 2 or an AppDir;
# shimg_type (squashfs, dwarfs, elf, appdir), and shimg_tail, the length of what is behind the payload.

# Reads the first lines of a file; fails unless it is a shImg.
shimg_read_magic() {
	shimg_line1='' shimg_line2='' shimg_line4=''
	{
		read -r shimg_line1 && read -r shimg_line2 && read -r shimg_line4 && read -r shimg_line4
	} 2>>"$shimg_null" <"$1"
	[ "$shimg_line1" = '#!/bin/sh' ] && [ "$shimg_line2" = '#.shImg.#' ]
}

# "sh NAME" looks for a name without a slash on PATH where it is not in the working directory.
shimg_find_on_path() {
	IFS=:
	set -f
	for shimg_folder in $shimg_own_path; do
		shimg_file=${shimg_folder:-.}/$1
		case $shimg_file in /*) ;; *) shimg_file=./$shimg_file ;; esac
		[ -f "$shimg_file" ] && shimg_read_magic "$shimg_file" && break
		shimg_file=
	done
	set +f
	unset IFS
	[ -n "$shimg_file" ]
}

shimg_find_own_file() {
	case $1 in
	/*) shimg_file=$1 ;;
	*) shimg_file=./$1 ;;
	esac
	if ! { [ -f "$shimg_file" ] && shimg_read_magic "$shimg_file"; }; then
		case $1 in
		*/*) shimg_file= ;;
		*) shimg_find_on_path "$1" ;;
		esac
	fi
	[ -n "$shimg_file" ] ||
		shimg_die "cannot find the file that is running: $1 is not it, or its first lines have been changed; start it by its name, not from standard input"
	if [ "$shimg_line4" = "$shimg_own_id" ]; then
		unset shimg_restarted
	else
		shift
		shimg_restart "$@"
	fi
}

# An update may have renamed another version to this name since the shell has opened it; numbers are those of the script. Where it
# is the line that was edited, the next start finds the same one.
shimg_restart() {
	[ "${shimg_restarted-}" != "$shimg_line4" ] ||
		shimg_die "cannot start $shimg_file: it has been changed since it was made; its fourth line was \"$shimg_own_id\""
	shimg_restarted=$shimg_line4
	export shimg_restarted
	shimg_drop_null
	PATH=$shimg_own_path
	if [ -x "$shimg_file" ]; then exec "$shimg_file" "$@"; fi
	exec /bin/sh "$shimg_file" "$@"
}

# Numbers in the lines of another shImg are padded with zeros, which would make them octal.
shimg_decimal() {
	shimg_number=$1
	case $shimg_number in '' | *[!0-9]*) return 1 ;; esac
	while :; do
		case $shimg_number in
		0?*) shimg_number=${shimg_number#0} ;;
		*) return 0 ;;
		esac
	done
}

# The place of the image in another shImg, by the lines of its script; nothing of it is run.
shimg_read_header() {
	shimg_offset='' shimg_lines=0 shimg_type=squashfs
	while [ "$shimg_lines" -lt 64 ] && read -r shimg_line; do
		shimg_lines=$((shimg_lines + 1))
		case $shimg_line in
		image_type=dwarfs*) shimg_type=dwarfs ;;
		image_offset=* | sfs_offset=*)
			shimg_decimal "${shimg_line#*=}" && shimg_offset=$shimg_number
			;;
		esac
	done 2>>"$shimg_null" <"$1"
	[ -n "$shimg_offset" ]
}

shimg_use_target() {
	case $TARGET_APPIMAGE in
	/*) shimg_file=$TARGET_APPIMAGE ;;
	*) shimg_file=./$TARGET_APPIMAGE ;;
	esac
	shimg_offset='' shimg_tail=1048576
	if [ -d "$shimg_file" ]; then
		shimg_type=appdir
	elif [ ! -f "$shimg_file" ]; then
		shimg_die "cannot open TARGET_APPIMAGE $TARGET_APPIMAGE: there is no such file"
	elif shimg_read_magic "$shimg_file"; then
		shimg_read_header "$shimg_file" || shimg_die "cannot read $TARGET_APPIMAGE: its script does not say where the image is"
	else
		shimg_type=elf
	fi
}
