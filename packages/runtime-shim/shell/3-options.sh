# Options that are answered from the file, without a helper. Fails for what is none of these.

# The text between two lines that are stored in the integration zip; what comes before the first one on its line is the zip's.
shimg_print_between() {
	[ "$shimg_tail" -eq 0 ] && return 0
	tail -c "$shimg_tail" "$shimg_file" | LC_ALL=C sed -n "/$1\$/,/^$2\$/{s/.*$1\$/$1/;$3p;}" | shimg_for_terminal
}

shimg_answer() {
	case $1 in
	--appimage-help)
		shimg_help "${0##*/}"
		return
		;;
	--appimage-version)
		printf 'appimage-js shell runtime %s\n' "$shimg_version"
		return
		;;
	esac
	case $shimg_type in elf | appdir) return 3 ;; esac
	case $1 in
	--appimage-offset)
		printf '%s\n' "$shimg_offset"
		;;
	--appimage-updateinfo | --appimage-updateinformation)
		shimg_print_between '---BEGIN APPIMAGE \[update_info\]---' '---END APPIMAGE \[update_info\]---' '/^---.*---$/!'
		;;
	--appimage-signature)
		shimg_print_between '-----BEGIN PGP SIGNATURE-----' '-----END PGP SIGNATURE-----' ''
		;;
	*)
		return 3
		;;
	esac
}
