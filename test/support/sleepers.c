/* `sleepers COUNT`: that many processes that sleep; one that gets SIGUSR1 spins, one that gets SIGUSR2 uses 37 ms of CPU
   in every 100 ms. Says "ready" when all stand; all end with the first, and that one with its stdin. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t woken;

static void wake(int signal) { woken = signal; }

static double now(clockid_t clock) {
  struct timespec at;
  clock_gettime(clock, &at);
  return (double)at.tv_sec * 1e3 + (double)at.tv_nsec / 1e6;
}

static void sleep_until_woken(void) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  while (!woken) pause();
  while (woken == SIGUSR1) {
  }
  const struct timespec rest = {0, 5 * 1000 * 1000};
  const double began = now(CLOCK_MONOTONIC), used = now(CLOCK_PROCESS_CPUTIME_ID);
  for (;;)
    while (now(CLOCK_PROCESS_CPUTIME_ID) - used > 0.37 * (now(CLOCK_MONOTONIC) - began)) nanosleep(&rest, NULL);
}

int main(int argc, char **argv) {
  signal(SIGUSR1, wake);
  signal(SIGUSR2, wake);
  for (int rest = argc > 1 ? atoi(argv[1]) : 0; rest > 0; rest--)
    if (fork() == 0) sleep_until_woken();
  puts("ready");
  fflush(stdout);
  char byte;
  while (read(0, &byte, 1) > 0) {
  }
}
