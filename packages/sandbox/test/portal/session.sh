#!/bin/sh
# A session for a confined application: `session.sh LIBEXEC CHOSEN COMMAND…` starts the portals, with a backend that chooses the
# file CHOSEN, and then the command. Everything ends with it.
libexec=$1 chosen=$2
shift 2
here=$(dirname "$0")
export XDG_DESKTOP_PORTAL_DIR="$here" XDG_CURRENT_DESKTOP=test
/usr/bin/python3 "$here/chooser-backend.py" "$chosen" &
backend=$!
"$libexec/xdg-desktop-portal" > /dev/null 2>&1 &
portal=$!
gdbus wait --session --timeout 20 org.freedesktop.impl.portal.desktop.test
gdbus wait --session --timeout 20 org.freedesktop.portal.Desktop
echo "outside $DISPLAY"
"$@"
status=$?
kill $portal $backend
exit $status
