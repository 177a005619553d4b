// Births and deaths: `churn RATE SECONDS`. So many processes a second begin, live for 50 ms and end, as a busy build or a
// shell loop has them; ends after SECONDS at the latest.
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum { BEAT_MS = 5, LIFE_MS = 50 };

static void rest(long ms) {
  const struct timespec span = {0, ms * 1000 * 1000};
  nanosleep(&span, NULL);
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  double rate = atof(argv[1]);
  alarm((unsigned)atoi(argv[2]));
  signal(SIGCHLD, SIG_IGN); // nobody waits for them: they leave no zombie
  struct timespec began, now;
  clock_gettime(CLOCK_MONOTONIC, &began);
  for (long born = 0;;) {
    clock_gettime(CLOCK_MONOTONIC, &now);
    double seconds = (double)(now.tv_sec - began.tv_sec) + (double)(now.tv_nsec - began.tv_nsec) / 1e9;
    // By the clock, not by the sleep: a machine that is late makes up for it.
    for (; (double)born < seconds * rate; born++)
      if (fork() == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        prctl(PR_SET_NAME, "cc1");
        rest(LIFE_MS);
        _exit(0);
      }
    rest(BEAT_MS);
  }
}
