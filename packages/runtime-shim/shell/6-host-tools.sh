# Mounting and unpacking by programs of the host, for want of a helper. All work in shimg_private, a new folder of ours.

shimg_mount_tools='squashfuse_ll squashfuse'
shimg_unpack_tools=unsquashfs
shimg_packages='squashfuse (of the package squashfuse), unsquashfs (of squashfs-tools)'

# Set when a folder was wanted and none would do.
shimg_wants_place=

shimg_choose_tools() {
	case $shimg_type in
	dwarfs)
		shimg_mount_tools=dwarfs
		shimg_unpack_tools=dwarfsextract
		shimg_packages='dwarfs, dwarfsextract (of DwarFS, https://github.com/mhx/dwarfs)'
		;;
	esac
}

# Sets shimg_tool; yash keeps the variable of a loop to the function.
shimg_first_of() {
	for shimg_each in "$@"; do
		shimg_has "$shimg_each" || continue
		shimg_tool=$shimg_each
		return 0
	done
	return 1
}

# An absolute path without links, as the helper would find it. The x keeps newlines at the end of the name.
shimg_resolve_file() {
	if shimg_resolved=$(readlink -f "$shimg_file" 2>>"$shimg_null" && printf x); then
		shimg_resolved=${shimg_resolved%x}
		shimg_file=${shimg_resolved%?}
	else
		case $shimg_file in /*) ;; *) shimg_file=$(pwd)/$shimg_file ;; esac
	fi
}

# A new folder of nobody else's in one that is there. Its name can be guessed, but mkdir fails for what is there.
shimg_make_private() {
	[ -d "$1" ] && [ -w "$1" ] || return 1
	if ! shimg_is_trusted "$1"; then
		shimg_note "$1 is not used: others can write to it or to a folder above it, or it is somebody else's"
		return 1
	fi
	shimg_attempt=0
	while [ "$shimg_attempt" -lt 100 ]; do
		shimg_private=${shimg_real%/}/.appimage-$$-$shimg_attempt
		(umask 077 && mkdir "$shimg_private") 2>>"$shimg_null" && return 0
		shimg_attempt=$((shimg_attempt + 1))
	done
	return 1
}

# The same, in a place that programs can be started from.
shimg_make_private_for_programs() {
	shimg_make_private "$1" || return 1
	printf '#!/bin/sh\n' >"$shimg_private/probe" && chmod 700 "$shimg_private/probe" &&
		"$shimg_private/probe" 2>>"$shimg_null" && rm -f "$shimg_private/probe" && return 0
	rm -rf "$shimg_private"
	return 1
}

shimg_make_private_somewhere() {
	case ${TMPDIR-} in /*) "$1" "$TMPDIR" && return 0 ;; esac
	case ${XDG_RUNTIME_DIR-} in /*) "$1" "$XDG_RUNTIME_DIR" && return 0 ;; esac
	case ${XDG_CACHE_HOME-} in /*) "$1" "$XDG_CACHE_HOME" && return 0 ;; esac
	"$1" /tmp || "$1" /var/tmp || { [ -n "${HOME-}" ] && "$1" "$HOME"; }
}

# For programs that may wait for ever, where there is something that ends them.
shimg_limit=5
shimg_limited() {
	if shimg_has timeout; then
		timeout "$shimg_limit" "$@"
	else
		"$@"
	fi
}

# The server of a mount must not keep what this process has open.
shimg_without_descriptors() {
	"$@" 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
}

shimg_mount_by() {
	case $1 in
	dwarfs) shimg_without_descriptors shimg_limited dwarfs "$shimg_file" "$2" -o "offset=$shimg_offset" ;;
	*) shimg_without_descriptors shimg_limited "$1" -o "ro,offset=$shimg_offset" "$shimg_file" "$2" ;;
	esac >"$shimg_private/messages" 2>&1 <"$shimg_null"
}

# Mounts at shimg_private/mount.
shimg_mount() {
	if ! [ -e /dev/fuse ]; then
		shimg_note 'mount: there is no /dev/fuse'
		return 1
	fi
	if ! [ -r /proc/self/mountinfo ]; then
		shimg_note 'mount: it could not be ended again, as /proc is not mounted'
		return 1
	fi
	mkdir "$shimg_private/mount" || return 1
	for shimg_tool in $shimg_mount_tools; do
		shimg_has "$shimg_tool" || continue
		shimg_mount_by "$shimg_tool" "$shimg_private/mount"
		case $? in
		0) shimg_find_entry_point "$shimg_private/mount" && return 0 ;;
		124)
			shimg_note "$shimg_tool: it has not ended within $shimg_limit s"
			break
			;;
		esac
		rmdir "$shimg_private/mount" 2>>"$shimg_null" || shimg_unmount "$shimg_private/mount"
		[ -d "$shimg_private/mount" ] || mkdir "$shimg_private/mount"
		shimg_note "$shimg_tool: $(head -n 1 "$shimg_private/messages" 2>>"$shimg_null")"
	done
	rmdir "$shimg_private/mount" 2>>"$shimg_null" || shimg_unmount "$shimg_private/mount"
	return 1
}

shimg_unmount() {
	shimg_limited fusermount3 -u "$1" || shimg_limited fusermount -u "$1" || umount "$1"
} >>"$shimg_null" 2>&1

# Unpacks to the folder $1, which may be there: all, or what the other arguments match.
shimg_unpack_payload() {
	shimg_first_of $shimg_unpack_tools || {
		shimg_note "$shimg_unpack_tools: it is not installed"
		return 1
	}
	case $shimg_tool in
	unsquashfs)
		shimg_to=$1
		shift
		shimg_said=$(LC_ALL=C unsquashfs -n -q -f -no-xattrs -o "$shimg_offset" -d "$shimg_to" "$shimg_file" "$@" 2>&1 >>"$shimg_null")
		;;
	dwarfsextract)
		shimg_to=$1
		shift
		for shimg_pattern in "$@"; do
			set -- "$@" "--pattern=$shimg_pattern"
			shift
		done
		mkdir -p "$shimg_to" && shimg_said=$(dwarfsextract -i "$shimg_file" -O "$shimg_offset" -o "$shimg_to" "$@" 2>&1)
		;;
	esac || {
		shimg_note "$shimg_tool: " "${shimg_said:-it has failed}"
		return 1
	}
}

# All reasons, a line each, and what may help.
shimg_fail() {
	if shimg_first_of $shimg_mount_tools $shimg_unpack_tools; then
		shimg_help_by=
	else
		shimg_note "host: none of $shimg_packages is installed"
		shimg_help_by="install one of these"
	fi
	shimg_say "$1"
	printf '%s\n' "$shimg_why" >&2
	if [ -n "$shimg_helper_name$shimg_wants_place" ]; then
		shimg_help_by="${shimg_help_by:+$shimg_help_by, or }set XDG_CACHE_HOME to a folder with room that programs may be run from, and TMPDIR to one that may be written to"
	fi
	[ -z "$shimg_help_by" ] || shimg_say "what may help: $shimg_help_by"
	exit "$2"
}
