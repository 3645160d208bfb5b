/* Spawns one or two programs in turn and says how long each took, from spawn to reaping.
 *
 *   spawn ROUNDS INPUT A... [-- B...]
 *
 * INPUT is a file that becomes standard input. Prints five numbers: the median microseconds of A and of B (0
 * without B), the peak resident set of A in KiB, the exit status of A, and the signal that ended A (0 for none).
 * The two alternate, so that both meet the same neighbours on a busy machine. In C because a harness with a
 * small memory of its own is needed: the kernel counts the memory of the spawning process for the spawned one.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double run(char **argv, const char *input, int *status, struct rusage *usage) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    struct timespec begin, end;
    pid_t pid;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    int error = posix_spawn(&pid, argv[0], &actions, NULL, argv, environ);
    if (error) {
        fprintf(stderr, "spawn: %s: %s\n", argv[0], strerror(error));
        exit(1);
    }
    wait4(pid, status, 0, usage);
    clock_gettime(CLOCK_MONOTONIC, &end);
    posix_spawn_file_actions_destroy(&actions);
    return (end.tv_sec - begin.tv_sec) * 1e6 + (end.tv_nsec - begin.tv_nsec) / 1e3;
}

int main(int argc, char **argv) {
    if (argc < 4) {
        fprintf(stderr, "usage: spawn ROUNDS INPUT A... [-- B...]\n");
        return 2;
    }
    int rounds = atoi(argv[1]);
    char **first = argv + 3, **second = NULL;
    for (int i = 3; i < argc; i++) {
        if (strcmp(argv[i], "--") == 0) {
            argv[i] = NULL;
            second = argv + i + 1;
            break;
        }
    }
    double *a = calloc(rounds, sizeof *a), *b = calloc(rounds, sizeof *b);
    if (rounds < 1 || !a || !b) return 2;
    int status = 0, other;
    long peak = 0;
    struct rusage usage;
    for (int i = 0; i < rounds; i++) {
        a[i] = run(first, argv[2], &status, &usage);
        if (usage.ru_maxrss > peak) peak = usage.ru_maxrss;
        if (second) b[i] = run(second, argv[2], &other, &usage);
    }
    qsort(a, rounds, sizeof *a, by_value);
    qsort(b, rounds, sizeof *b, by_value);
    printf("%.1f %.1f %ld %d %d\n", a[rounds / 2], b[rounds / 2], peak,
           WIFEXITED(status) ? WEXITSTATUS(status) : -1, WIFSIGNALED(status) ? WTERMSIG(status) : 0);
    return 0;
}
