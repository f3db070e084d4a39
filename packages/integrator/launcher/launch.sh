#!/bin/sh
# Starts what the menu entries of AppImages name, and tells the user when that fails. Written by appimage-js, and written again by it.
#
#   launch ID PROGRAM [ARGUMENT...]              in a session of its own, without standard input
#   launch --terminal ID PROGRAM [ARGUMENT...]   in the terminal that it was started in
#   launch --report ID PROGRAM [ARGUMENT...]     to its end, whose last line is shown
#
# The program "@" is the file that the menu entry names as TryExec: not all who read Exec know how to read what is quoted there.
#
# This process stays as long as the program does: the session managers of desktops take an application for ended when the process that
# they have started is. Every variable begins with "launch_", since a variable that the environment has already is the program's, too.

# Seconds after which a program that ends has been started.
launch_patience=10

case ${ZSH_VERSION+set} in set) emulate sh ;; esac

launch_mode=detached
case ${1-} in
--terminal | --report)
	launch_mode=${1#--}
	shift
	;;
esac
launch_id=${1-}
case $launch_id in
'' | -* | *[!0-9a-z-]*)
	echo 'usage: launch [--terminal | --report] ID PROGRAM [ARGUMENT...]' >&2
	exit 2
	;;
esac
shift
if [ "$#" -eq 0 ]; then
	echo 'launch: no program is named' >&2
	exit 2
fi

# The value of a key of the menu entry, and of its translation if there is one.
launch_entry_value() {
	launch_entry=${0%/*}/../../applications/appimage-js-$launch_id.desktop
	[ -r "$launch_entry" ] || return 0
	launch_locale=${LC_ALL:-${LC_MESSAGES:-${LANG-}}}
	launch_locale=${launch_locale%%[!A-Za-z_]*}
	sed -n -e '/^\[Desktop Action /q' \
		-e "s/^$1=/3/p" -e "s/^$1\\[${launch_locale%%_*}]=/2/p" -e "s/^$1\\[${launch_locale:-C}]=/1/p" <"$launch_entry" |
		LC_ALL=C sort | sed -e 's/^.//' -e 's/\\\\/\\-/g' -e 's/\\s/ /g' -e 's/\\-/\\/g' -e q
}

# The last line that says something, cut, and without what a terminal or a notification could take for more than text.
launch_last_line() {
	LC_ALL=C tr '\r' '\n' | LC_ALL=C tr -d '\000-\010\013-\037\177' | sed -e '/^[[:space:]]*$/d' | tail -n 1 | cut -c 1-300
}

# Text that is not in UTF-8, as cut may leave it, is refused by D-Bus.
launch_well_formed() {
	launch_text=$(cat)
	if command -v iconv >/dev/null 2>&1 && ! printf '%s' "$launch_text" | iconv -f UTF-8 -t UTF-8 >/dev/null 2>&1; then
		launch_text=$(printf '%s' "$launch_text" | LC_ALL=C tr '\200-\377' '?')
	fi
	printf '%s' "$launch_text"
}

# A string as gdbus reads it.
launch_variant() {
	printf '"%s"' "$(printf '%s' "$1" | sed -e 's/[\\"]/\\&/g' | sed -e ':a' -e '$!N' -e '$!ba' -e 's/\n/\\n/g')"
}

# launch_notify ICON TITLE TEXT: by the first means that there is and that works.
launch_notify() {
	launch_title=$(printf '%s' "$2" | launch_well_formed)
	launch_body=$(printf '%s' "$3" | launch_well_formed)
	launch_plain=$(printf '%s\n\n%s' "$launch_title" "$launch_body")
	launch_markup=$(printf '%s' "$launch_body" | sed -e 's/&/\&amp;/g' -e 's/</\&lt;/g' -e 's/>/\&gt;/g')
	launch_escaped=$(printf '%s' "$launch_markup" | sed -e 's/\\/\\\\/g')
	notify-send --app-name=AppImage --icon="$1" -- "$launch_title" "$launch_escaped" && return
	gdbus call --session --dest org.freedesktop.Notifications --object-path /org/freedesktop/Notifications \
		--method org.freedesktop.Notifications.Notify '"AppImage"' 0 "$(launch_variant "$1")" \
		"$(launch_variant "$launch_title")" "$(launch_variant "$launch_markup")" '[]' '{}' '@i -1' && return
	if [ -n "${DISPLAY-}${WAYLAND_DISPLAY-}" ]; then
		kdialog --title AppImage --passivepopup "$launch_plain" 20 && return
		zenity --error --no-markup --title=AppImage --text="$(printf '%s' "$launch_plain" | sed -e 's/\\/\\\\/g')" && return
		printf '%s\n' "$launch_plain" | xmessage -center -file - && return
	fi
	logger -t appimage -p user.err -- "$launch_plain"
} </dev/null >/dev/null 2>&1

if [ "$1" = @ ]; then
	launch_file=$(launch_entry_value TryExec)
	shift
	set -- "$launch_file" "$@"
fi

launch_name() {
	launch_found=$(launch_entry_value Name)
	printf '%s' "${launch_found:-${1##*/}}"
}

launch_icon() {
	launch_found=$(launch_entry_value Icon)
	printf '%s' "${launch_found:-dialog-error}"
}

if [ "$launch_mode" = report ]; then
	# The entry is gone once the application has been removed.
	launch_title=$(launch_name "$1")
	launch_image=$(launch_icon)
	launch_output=$(
		{ "$@" </dev/null 2>&1 && launch_status=0 || launch_status=$?; echo; echo "$launch_status"; } | tail -c 8192
	)
	launch_status=${launch_output##*[!0-9]}
	launch_said=$(printf '%s\n' "${launch_output%"$launch_status"}" | launch_last_line)
	case $launch_said in '') launch_said=$(printf 'It ended with status %s' "$launch_status") ;; esac
	launch_notify "$launch_image" "$launch_title" "$launch_said"
	exit "$launch_status"
fi

# Seconds since the machine was started: no program is needed to read them.
launch_seconds() {
	launch_now=0
	# shellcheck disable=SC2034
	read -r launch_now launch_rest </proc/uptime
	launch_now=${launch_now%%.*}
} 2>/dev/null

# Opens a pipe as file descriptor 9 for the program's error output; what comes through it goes on to where it would have gone, and the
# first of it into a file, too.
launch_open_log() {
	case ${XDG_STATE_HOME-} in
	/*) launch_logs=$XDG_STATE_HOME/appimage/logs ;;
	*) launch_logs=${HOME:-/nonexistent}/.local/state/appimage/logs ;;
	esac
	[ -d "$launch_logs" ] || (umask 077 && mkdir -p "$launch_logs") || return
	launch_pipe=$launch_logs/.$launch_id.$$
	mkfifo -m 600 "$launch_pipe" || return
	launch_log=$launch_logs/$launch_id.log
} 2>/dev/null

# Reads to the end whatever happens to this session and to the place where the output goes: a program that writes to a pipe that nobody
# reads is ended for it.
launch_keep_log() {
	trap '' HUP INT QUIT TERM
	umask 077
	rm -f "$launch_pipe" "$launch_log"
	dd bs=4096 count=64 2>/dev/null | tee "$launch_log" >&2 2>/dev/null
	cat >&2 2>/dev/null
	exec cat >/dev/null
}

launch_log=
launch_seconds
launch_begin=$launch_now
if [ "$launch_mode" = terminal ]; then
	"$@"
	launch_status=$?
else
	launch_setsid=setsid
	command -v setsid >/dev/null 2>&1 || launch_setsid=
	if launch_open_log; then
		# Opened for both first: neither end waits for the other then.
		exec 7<>"$launch_pipe"
		# shellcheck disable=SC2094
		exec 8<"$launch_pipe" 9>"$launch_pipe" 7>&-
		(
			exec <&8 >&2 8<&- 9>&- # a redirection of the function keeps copies, in dash and yash
			launch_keep_log
		) &
		exec 8<&-
		${launch_setsid:+"$launch_setsid"} "$@" </dev/null 2>&9 9>&-
		launch_status=$?
		exec 9>&-
	else
		${launch_setsid:+"$launch_setsid"} "$@" </dev/null
		launch_status=$?
	fi
fi

# ksh93 and yash count signals from further on than 128.
if [ "$launch_status" -gt 384 ]; then
	launch_status=$((launch_status - 256))
elif [ "$launch_status" -gt 256 ]; then
	launch_status=$((launch_status - 128))
fi

# Ended, or told to end: by SIGHUP, SIGINT, SIGTERM.
case $launch_status in 0 | 129 | 130 | 143) exit "$launch_status" ;; esac
launch_seconds
case $launch_status in
126 | 127) ;;
*) [ "$((launch_now - launch_begin))" -lt "$launch_patience" ] || exit "$launch_status" ;;
esac

launch_file=$(launch_entry_value TryExec)
launch_file=${launch_file:-$1}
launch_said=
if [ -n "$launch_log" ]; then
	sleep 1 # what was said last may still be on its way
	launch_said=$(launch_last_line 2>/dev/null <"$launch_log")
fi
case $launch_status in
126) launch_reason='it may not be executed' ;;
127) launch_reason='it, or a program that it needs, was not found' ;;
12[89] | 1[3-9]?) launch_reason="it was ended by signal $((launch_status - 128))" ;;
*) launch_reason="it ended with status $launch_status" ;;
esac
launch_advice="To see why: appimage doctor '$(printf '%s' "$launch_file" | sed -e "s/'/'\\\\''/g")'"
launch_notify "$(launch_icon)" "$(launch_name "$1") could not be started" "$launch_file: $launch_reason${launch_said:+
$launch_said}
$launch_advice"
exit "$launch_status"
