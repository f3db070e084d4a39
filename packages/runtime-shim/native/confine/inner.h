/*
 * The last stage, in the sandbox that this program or bubblewrap has made: process 1, which puts up the second wall and becomes
 * the parent of the application.
 */
#ifndef CONFINE_INNER_H
#define CONFINE_INNER_H

/* Returns the application's exit status. */
int inner_run(int count, char **arguments);

#endif
