#ifndef EXTRACT_REMOVE_H
#define EXTRACT_REMOVE_H

/* Removes a file, or a folder with all that is in it, without following links. Returns 0, also when it was not there, or -errno. */
int remove_tree(int parent, const char *name);

#endif
