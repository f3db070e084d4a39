# Who can put something else in the place of what is in a folder. It and all folders above must belong to this user or to root;
# where others can write, the sticky bit keeps them from renaming what is not theirs. The helper goes by the same rule.

shimg_newline='
'

shimg_user=
shimg_find_user() {
	: "${shimg_user:=$(id -u 2>>"$shimg_null")}"
}

# Does it belong to this user? Of the shells that are about, posh alone cannot tell by itself.
shimg_belongs() {
	[ -O "$1" ] 2>>"$shimg_null"
	case $? in
	0) return 0 ;;
	1) return 1 ;;
	esac
	shimg_find_user
	shimg_list_entry -ldnL "$1"
	set -- $shimg_listed
	[ "${3-}" = "$shimg_user" ]
}

# Is it a file or folder of this user's, and no link? Whoever else may have put it there.
shimg_is_own() {
	[ ! -h "$1" ] && shimg_belongs "$1"
}

shimg_list_entry() {
	shimg_listed=$(LC_ALL=C ls "$1" "$2" 2>>"$shimg_null")
}

# One "ls" tells of the folder $1, of all above it but the root directory, and of other names in it. From inside, names are short
# and have no newlines, and it is one folder that all is said of. For a subshell.
shimg_list_from() {
	exec 2>>"$shimg_null"
	unset TIME_STYLE BLOCK_SIZE LS_BLOCK_SIZE QUOTING_STYLE
	LC_ALL=C
	export LC_ALL
	cd -P "$1" || return
	shift
	case $PWD in //* | [!/]*) return 1 ;; esac
	# Whose number is this user's is known without "id" then.
	[ -O . ] && printf own
	printf '%s//\n' "$PWD"
	shimg_rest=${PWD%/}
	shimg_above=.
	while [ -n "$shimg_rest" ]; do
		set -- "$@" "$shimg_above"
		case $shimg_above in .) shimg_above=.. ;; *) shimg_above=../$shimg_above ;; esac
		shimg_rest=${shimg_rest%/*}
	done
	[ $# -eq 0 ] || exec ls -ldn "$@"
}

# Sets shimg_listed, and shimg_real, the path without links.
shimg_look_into() {
	shimg_listed=$(shimg_list_from "$@") || return 1
	shimg_real=${shimg_listed%%//*}
	shimg_listed=${shimg_listed#*//}
	shimg_listed=${shimg_listed#"$shimg_newline"}
	case $shimg_real in
	own*)
		shimg_real=${shimg_real#own}
		shimg_line=${shimg_listed%%"$shimg_newline"*}
		case $shimg_line in *' .')
			set -- $shimg_line
			shimg_user=$3
			;;
		esac
		;;
	esac
	shimg_find_user
}

# The owner of the root directory could replace all that is in it. What is root's shows as another number in a user namespace
# without root, and so does what the kernel shows in /proc.
shimg_is_root() {
	[ "$1" = 0 ] && return 0
	shimg_asked=$1
	for shimg_folder in / /proc; do
		shimg_list_entry -ldn "$shimg_folder"
		set -- $shimg_listed
		[ "${3-}" = "$shimg_asked" ] && return 0
	done
	return 1
}

# A line of "ls -ldn", in words. A file is the helper, which is whole. Where each user has a group of that number, a umask of 002 is
# usual, and lets nobody else write.
shimg_trusts() {
	case $1 in
	-*) [ "$5" = "$shimg_helper_size" ] || return 1 ;;
	esac
	[ "$3" = "$shimg_user" ] || shimg_is_root "$3" || return 1
	case $1 in
	d????????[tT]*) return 0 ;;
	????????w*) return 1 ;;
	?????w*) [ "$3" = "$4" ] ;;
	esac
}

# Is the folder $1, or what has other names in it, safe from others?
shimg_is_trusted() {
	shimg_look_into "$@" || return 1
	IFS=$shimg_newline
	set -- $shimg_listed
	unset IFS
	for shimg_line in "$@"; do
		shimg_trusts $shimg_line || return 1
	done
	return 0
}

# Is it a folder of this user's that nobody else can write to at all, nor put another one in its place?
shimg_is_private() {
	shimg_is_own "$1" && shimg_is_trusted "$@" || return 1
	case $shimg_listed in d????????[tT]*) return 1 ;; esac
}

# Is the folder $1 beside the file one that the application may use?
shimg_is_portable() {
	shimg_beside=$shimg_file.$1
	[ -d "$shimg_beside" ] && [ -w "$shimg_beside" ] || return 1
	shimg_distrust=
	if [ -h "$shimg_beside" ] && ! shimg_is_own_link "$shimg_beside"; then
		shimg_distrust='the link belongs to somebody else, or has other names'
	elif ! shimg_belongs "$shimg_beside"; then
		shimg_distrust="it belongs to somebody else"
	elif ! shimg_is_closed "$shimg_beside"; then
		shimg_distrust='others can write to it; chmod go-w mends that'
	fi
	[ -n "$shimg_distrust" ] || return 0
	shimg_say "$shimg_beside is not used: $shimg_distrust"
	return 1
}

shimg_is_own_link() {
	shimg_find_user
	shimg_list_entry -ldn "$1"
	set -- $shimg_listed
	case ${3-} in 0 | "$shimg_user") [ "$2" -eq 1 ] ;; *) return 1 ;; esac
}

# Can others not write to a folder beside the file, or to the file as well? Then the file system keeps no modes, or there is
# nothing to protect. A group of the user's own number has nobody else in it.
shimg_is_closed() {
	shimg_list_entry -ldnL "$1"
	shimg_folder_listed=$shimg_listed
	shimg_list_entry -ldnL "$shimg_file"
	set -- $shimg_listed
	shimg_mode=${1-} shimg_group=${4-}
	set -- $shimg_folder_listed
	case ${1:-????????w}:$shimg_mode in
	????????w*:????????w*) ;;
	????????w*) return 1 ;;
	esac
	case $1:$shimg_mode in
	?????w*:?????w*) [ "$4" = "$3" ] || [ "$4" = "$shimg_group" ] ;;
	?????w*) [ "$4" = "$3" ] ;;
	esac
}
