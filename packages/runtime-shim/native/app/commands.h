/*
 * What the options do: see the table in options.c.
 */
#ifndef APP_COMMANDS_H
#define APP_COMMANDS_H

int command_version(char **arguments, char *called_as);
int command_offset(char **arguments, char *called_as);
int command_list(char **arguments, char *called_as);
int command_extract(char **arguments, char *called_as);
int command_extract_and_run(char **arguments, char *called_as);
int command_mount(char **arguments, char *called_as);
int command_unmount(char **arguments, char *called_as);
int command_signature(char **arguments, char *called_as);
int command_update_information(char **arguments, char *called_as);
int command_portable_home(char **arguments, char *called_as);
int command_portable_config(char **arguments, char *called_as);
int command_portable_share(char **arguments, char *called_as);
int command_portable_cache(char **arguments, char *called_as);
int command_verify(char **arguments, char *called_as);
int command_cache_clean(char **arguments, char *called_as);
int command_doctor(char **arguments, char *called_as);

#endif
