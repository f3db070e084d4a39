/* Executes its first argument with the time of that moment in BENCH_START, for app-run.c to read. */

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct timespec now;
    char text[32];

    if (argc < 2)
        return 2;
    clock_gettime(CLOCK_MONOTONIC, &now);
    snprintf(text, sizeof text, "%lld", (long long)now.tv_sec * 1000000000LL + now.tv_nsec);
    setenv("BENCH_START", text, 1);
    execv(argv[1], argv + 1);
    return 127;
}
