# The whole of it: what is known of the file, then what can be answered at once, then the helper, then the host.

shimg_main() {
	shimg_find_null
	shimg_find_own_file "$0" "$@"
	shimg_file_of_helpers=$shimg_file
	if [ -n "${TARGET_APPIMAGE-}" ]; then shimg_use_target; fi
	case ${1-} in
	--appimage-*)
		shimg_answer "$1"
		shimg_status=$?
		[ "$shimg_status" -eq 3 ] || exit "$shimg_status"
		;;
	esac
	shimg_find_machine
	if shimg_find_helper; then shimg_become_helper "$@"; fi
	shimg_do_without_helper "$@"
}
