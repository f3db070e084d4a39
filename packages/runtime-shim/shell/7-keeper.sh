# Tidies up behind this process, whatever it becomes and however it ends: a process of its own, no child of the application's,
# with none of its descriptors, which terminals and service managers do not end along with it.

# The time of this process's start tells it from a later one of the same number.
shimg_start_time() {
	shimg_stat=
	read -r shimg_stat 2>>"$shimg_null" <"/proc/$1/stat"
	set -- ${shimg_stat##*") "}
	case ${1-} in Z | X) return 1 ;; esac
	shift "$(($# < 19 ? $# : 19))"
	shimg_started=${1-}
}

shimg_still_runs() {
	kill -0 "$1" 2>>"$shimg_null" && shimg_start_time "$1" && [ "$shimg_started" = "$2" ]
}

# Short at first, for what ends at once; then hardly to be noticed.
shimg_pause() {
	shimg_pauses=$((shimg_pauses + 1))
	if [ "$shimg_pauses" -gt 20 ] || ! sleep 0.1 2>>"$shimg_null"; then sleep 1; fi
}

# A daemon that the application has left behind.
shimg_is_used() {
	grep -qsF "APPDIR=$shimg_private/" /proc/[0-9]*/environ
}

shimg_keep() {
	shimg_start_time $$
	shimg_since=$shimg_started
	shimg_pauses=0
	while shimg_still_runs $$ "$shimg_since"; do shimg_pause; done
	shimg_pauses=0
	# What is mounted stays for as long as the kernel says that it is used.
	while [ -d "$shimg_private" ]; do
		# Of either, what cleans up temporary folders may have left the other.
		if [ -e "$shimg_private/messages" ] || [ -e "$shimg_private/mount" ]; then
			rmdir "$shimg_private/mount" 2>>"$shimg_null" || shimg_unmount "$shimg_private/mount"
			[ -e "$shimg_private/mount" ] || rm -rf "$shimg_private"
		elif ! shimg_is_used; then
			chmod -R u+w "$shimg_private"
			rm -rf "$shimg_private"
		fi
		shimg_pause
	done
}

shimg_start_keeper() {
	case $shimg_null in
	/dev/null) (shimg_be_keeper &) ;;
	*)
		# This process drops its own stand-in, perhaps before the keeper has opened it.
		: >"$shimg_private/null"
		# For the first process of a job in the background, dash opens /dev/null.
		(: | shimg_be_keeper &) 2>>"$shimg_null"
		;;
	esac
}

# By exec, for good: redirections of a function are undone at its end, and until then a shell keeps what was there before.
shimg_be_keeper() {
	case $shimg_null in /dev/null) ;; *) shimg_null=$shimg_private/null ;; esac
	exec <"$shimg_null" >>"$shimg_null" 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
	trap '' HUP INT QUIT PIPE TERM USR1 USR2
	cd / || return
	shimg_keep
}
