#!/usr/bin/python3
"""A window that asks where to save, by GTK's native file chooser, saves there, and says what it sees."""
import os

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import GLib, Gtk  # noqa: E402

window = Gtk.Window(title="Confined", default_width=480, default_height=240)
label = Gtk.Label(label="asking for a place")
window.add(label)
window.show_all()


def save(native, response):
    path = native.get_filename()
    print(f"chosen {int(response)} {path}", flush=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write("saved by a portal\n")
    label.set_markup(f"<big>saved</big>\n{path}")
    print(f"display {os.environ.get('DISPLAY')} {os.listdir('/tmp/.X11-unix') if os.path.exists('/tmp/.X11-unix') else []}", flush=True)
    print(f"folders {sorted(os.listdir(os.path.dirname(path)))}", flush=True)
    GLib.timeout_add(int(os.environ.get("STAY", "100")), Gtk.main_quit)


chooser = Gtk.FileChooserNative.new("Where to?", window, Gtk.FileChooserAction.SAVE, None, None)
chooser.connect("response", save)
GLib.timeout_add(200, chooser.show)
Gtk.main()
