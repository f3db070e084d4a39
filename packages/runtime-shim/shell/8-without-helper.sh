# All that the helper does, as far as a shell and the host's programs can do it.

shimg_find_entry_point() {
	shimg_entry=
	for shimg_name in "AppRun.$shimg_arch" "AppRun.$shimg_machine" AppRun; do
		[ -f "$1/$shimg_name" ] || continue
		shimg_entry=$1/$shimg_name
		return 0
	done
	return 1
}

# What the specification promises to the application, and the portable folders where they exist.
shimg_set_environment() {
	APPDIR=$1
	ARGV0=$0
	APPIMAGE_ARGV0=$0
	export APPDIR ARGV0 APPIMAGE_ARGV0
	if shimg_cwd=$(pwd 2>>"$shimg_null" && printf x); then
		OWD=${shimg_cwd%?x}
		export OWD
	fi
	if [ "$shimg_type" = appdir ]; then
		unset APPIMAGE
	else
		APPIMAGE=$shimg_file
		export APPIMAGE
		shimg_use_portable_folders
	fi
	unset TARGET_APPIMAGE TARGET_APPIMAGE_OFFSET TARGET_APPIMAGE_ARGV0
	PATH=$shimg_own_path
}

# What a variable was before is in one that begins with REAL_, that of the first of AppImages that start each other.
shimg_use_portable_folders() {
	if shimg_is_portable home; then
		: "${REAL_HOME:=${HOME-}}"
		HOME=$shimg_file.home
		export HOME REAL_HOME
	fi
	if shimg_is_portable config; then
		[ -z "${XDG_CONFIG_HOME-}" ] || export "REAL_XDG_CONFIG_HOME=${REAL_XDG_CONFIG_HOME:-$XDG_CONFIG_HOME}"
		XDG_CONFIG_HOME=$shimg_file.config
		export XDG_CONFIG_HOME
	fi
	if shimg_is_portable share; then
		[ -z "${XDG_DATA_HOME-}" ] || export "REAL_XDG_DATA_HOME=${REAL_XDG_DATA_HOME:-$XDG_DATA_HOME}"
		XDG_DATA_HOME=$shimg_file.share
		export XDG_DATA_HOME
	fi
	if shimg_is_portable cache; then
		[ -z "${XDG_CACHE_HOME-}" ] || export "REAL_XDG_CACHE_HOME=${REAL_XDG_CACHE_HOME:-$XDG_CACHE_HOME}"
		XDG_CACHE_HOME=$shimg_file.cache
		export XDG_CACHE_HOME
	fi
}

# This process becomes the application, so that its number, signals and status are the application's.
shimg_become_app() {
	shimg_entry_folder=$1
	shift
	shimg_find_entry_point "$shimg_entry_folder" || shimg_die "cannot run $shimg_file: it has no AppRun"
	if [ ! -x "$shimg_entry" ]; then
		shimg_say "cannot run $shimg_entry: it is not executable; whoever makes the AppImage has to chmod +x it"
		exit 126
	fi
	case ${1-} in
	--) case ${2-} in --appimage-*) shift ;; esac ;;
	esac
	shimg_env=$(command -v env)
	umask "$shimg_umask"
	shimg_set_environment "$shimg_entry_folder"
	shimg_drop_null
	# To zsh, ARGV0 is what to call the programs that it starts, and goes no further.
	case ${ZSH_VERSION+set}$shimg_entry in
	*=*) ;;
	set*) exec "$shimg_env" "ARGV0=$0" "$shimg_entry" "$@" ;;
	esac
	exec "$shimg_entry" "$@"
}

# Unpacks in a new folder below $1; leaves nothing there when that fails.
shimg_extract_in() {
	shimg_make_private_for_programs "$1" || {
		shimg_note "extract: programs cannot be run from $1 (noexec), or it cannot be written to"
		return 1
	}
	shimg_start_keeper
	shimg_unpack_payload "$shimg_private/tree" && return 0
	chmod -R u+w "$shimg_private"
	rm -rf "$shimg_private"
	return 1
}

shimg_run() {
	shimg_ways=$1
	shift
	if [ "$shimg_type" = appdir ]; then shimg_become_app "$shimg_file" "$@"; fi
	case $shimg_ways in
	*mount*)
		if ! shimg_first_of $shimg_mount_tools; then
			:
		elif shimg_make_private_somewhere shimg_make_private; then
			shimg_start_keeper
			shimg_mount && shimg_become_app "$shimg_private/mount" "$@"
			rm -rf "$shimg_private"
		else
			shimg_note 'mount: there is no folder to do it in'
			shimg_wants_place=1
		fi
		;;
	esac
	case $shimg_ways in
	*extract*)
		if ! shimg_first_of $shimg_unpack_tools; then
			:
		elif shimg_make_private_somewhere shimg_extract_in; then
			shimg_become_app "$shimg_private/tree" "$@"
		else
			shimg_wants_place=1
		fi
		;;
	esac
	shimg_fail "cannot run $shimg_file: it can be neither mounted nor extracted here" 127
}

# By the variables that the helper knows, too.
shimg_choose_ways() {
	shimg_ways='mount extract'
	case ${APPIMAGE_EXTRACT_AND_RUN-} in '' | 0) ;; *) shimg_ways=extract ;; esac
	case ${APPIMAGE_MOUNT-} in
	'' | auto) ;;
	keep) shimg_ways='mount extract' ;;
	fusermount) shimg_ways=mount ;;
	extract) shimg_ways=extract ;;
	root | userns) shimg_fail "cannot mount by APPIMAGE_MOUNT=$APPIMAGE_MOUNT, which only the helper can" 127 ;;
	*) shimg_die "APPIMAGE_MOUNT is \"$APPIMAGE_MOUNT\": expected auto, root, fusermount, userns, extract or keep" ;;
	esac
}

shimg_extract() {
	shimg_target=squashfs-root
	case ${1-} in
	--to)
		shimg_target=${2-}
		[ -n "$shimg_target" ] || {
			shimg_say '--appimage-extract --to needs the name of a directory'
			exit 1
		}
		shift 2
		;;
	*)
		# A link in the working directory may be somebody else's.
		if [ -h "$shimg_target" ]; then
			shimg_say "cannot extract to $shimg_target: it is a symbolic link"
			exit 1
		fi
		;;
	esac
	case $shimg_target in /*) ;; *) shimg_target=./$shimg_target ;; esac
	if shimg_first_of $shimg_unpack_tools; then
		shimg_unpack_payload "$shimg_target" "$@" && exit 0
	elif [ $# -gt 0 ]; then
		shimg_note "extract: a part of it can only be unpacked by $shimg_unpack_tools"
	elif shimg_first_of $shimg_mount_tools && shimg_make_private_somewhere shimg_make_private; then
		shimg_start_keeper
		shimg_mount && umask "$shimg_umask" && mkdir -p "$shimg_target" && shimg_said=$(cp -R -p "$shimg_private/mount/." "$shimg_target" 2>&1) && exit 0
		shimg_note "extract: " "$shimg_said"
	fi
	shimg_fail "cannot extract $shimg_file" 1
}

shimg_list() {
	if [ "$shimg_type" = squashfs ] && shimg_has unsquashfs; then
		shimg_listed=$(unsquashfs -l -o "$shimg_offset" "$shimg_file" 2>>"$shimg_null") || {
			shimg_say "cannot list $shimg_file: unsquashfs cannot read it"
			exit 1
		}
		printf '%s\n' "$shimg_listed" | sed -n 's,^squashfs-root/,,p' | shimg_for_terminal
		exit
	fi
	if shimg_first_of $shimg_mount_tools && shimg_make_private_somewhere shimg_make_private; then
		shimg_start_keeper
		shimg_mount && cd "$shimg_private/mount" && find . 2>>"$shimg_null" | sed -n 's,^\./,,p' | shimg_for_terminal && exit 0
	fi
	shimg_fail "cannot list $shimg_file" 1
}

shimg_stay_mounted() {
	shimg_make_private_somewhere shimg_make_private || {
		shimg_note 'mount: there is no folder to do it in'
		shimg_wants_place=1
		shimg_fail "cannot mount $shimg_file here" 127
	}
	shimg_start_keeper
	trap 'shimg_drop_null; exit 0' HUP INT TERM
	shimg_mount || shimg_fail "cannot mount $shimg_file here" 127
	printf '%s\n' "$shimg_private/mount" || exit 1
	while :; do
		sleep 1 &
		wait $!
	done
}

shimg_make_portable() {
	if ! { [ -d "$shimg_file.$1" ] || (umask 077 && mkdir "$shimg_file.$1"); }; then
		shimg_say "cannot make the portable $1 directory $shimg_file.$1"
		exit 1
	fi
	shimg_say "the portable $1 directory is $shimg_file.$1"
	exit 0
}

shimg_doctor() {
	printf 'machine     %s\nfile        %s, payload at %s\nhelper      no\n%s\n' "$shimg_machine" "$(shimg_on_one_line "$shimg_file")" "$shimg_offset" "$shimg_why"
	shimg_works=1
	for shimg_tool in $shimg_mount_tools $shimg_unpack_tools; do
		if shimg_has "$shimg_tool"; then
			printf '%-11s yes: %s\n' "$shimg_tool" "$(command -v "$shimg_tool")"
			shimg_works=0
		else
			printf '%-11s no\n' "$shimg_tool"
		fi
	done
	exit "$shimg_works"
}

shimg_do_without_helper() {
	shimg_choose_tools
	shimg_umask=$(umask)
	umask 077
	case $shimg_type in
	elf) shimg_fail "cannot start $TARGET_APPIMAGE without the helper; start it by itself" 127 ;;
	*) shimg_resolve_file ;;
	esac
	case $shimg_type:${1-} in
	appdir:--appimage-*)
		shimg_say "$1 needs an AppImage: $shimg_file is an AppDir"
		exit 1
		;;
	esac
	case ${1-} in
	--appimage-extract)
		shift
		shimg_extract "$@"
		;;
	--appimage-extract-and-run)
		shift
		shimg_run extract "$@"
		;;
	--appimage-list) shimg_list ;;
	--appimage-mount) shimg_stay_mounted ;;
	--appimage-doctor) shimg_doctor ;;
	--appimage-portable-home) shimg_make_portable home ;;
	--appimage-portable-config) shimg_make_portable config ;;
	--appimage-portable-share) shimg_make_portable share ;;
	--appimage-portable-cache) shimg_make_portable cache ;;
	--appimage-verify | --appimage-unmount | --appimage-cache-clean)
		shimg_fail "$1 needs the helper" 1
		;;
	--appimage-*)
		shimg_say "$1 is no option of this runtime; --appimage-help lists them, and \"-- $1\" is for the application"
		exit 2
		;;
	esac
	shimg_choose_ways
	shimg_run "$shimg_ways" "$@"
}
