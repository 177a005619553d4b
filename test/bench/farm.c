// A farm of processes to look at: `farm COUNT SECONDS PADDING`, in a pid namespace of its own. A tree of services of 50
// with names and command lines as on a server; every tenth process has five threads more (none in a farm of 20,000 and
// above: pid_max is 32,768 on many machines, and threads take numbers too), every hundredth listens on a port, eight are
// a little busy. Says "ready" when all stand, and ends after SECONDS at the latest.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const char *NAMES[] = {"nginx", "postgres", "java", "node", "python3", "php-fpm", "sshd", "redis-server"};
enum { SERVICE = 50, BUSY = 8, WITHOUT_THREADS = 20000 };

static void *wait_for_ever(void *nothing) {
  for (;;) pause();
  return nothing;
}

static void add_threads(int count) {
  pthread_attr_t small;
  pthread_t thread;
  pthread_attr_init(&small);
  pthread_attr_setstacksize(&small, 64 * 1024);
  while (count-- > 0)
    if (pthread_create(&thread, &small, wait_for_ever, NULL) != 0) exit(1);
}

static void listen_on(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  int held = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(held, (struct sockaddr *)&address, sizeof address) != 0 || listen(held, 16) != 0) exit(1);
}

/* About 5 % of a core each, so that there is something to sort by. */
static void be_busy(void) {
  const struct timespec rest = {0, 95 * 1000 * 1000};
  for (;;) {
    clock_t until = clock() + CLOCKS_PER_SEC / 200;
    while (clock() < until) {
    }
    nanosleep(&rest, NULL);
  }
}

/* A service only ends before its time where a fork was refused: better no farm than a smaller one. */
static void give_up(int sig) {
  _exit(sig);
}

/* The padding argument gives the room to write a command line in place. */
static void live_as(int number, int count, char *room, size_t size) {
  const char *name = NAMES[number / SERVICE % (sizeof NAMES / sizeof *NAMES)];
  prctl(PR_SET_NAME, name);
  memset(room, 0, size);
  snprintf(room, size, "/usr/bin/%s --config /etc/%s/%d.conf --worker %d", name, name, number / SERVICE, number);
  if (number % 10 == 9 && count < WITHOUT_THREADS) add_threads(5);
  if (number % 100 == 0) listen_on(10000 + number / 100);
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  int count = atoi(argv[1]);
  char *room = argv[0];
  size_t size = (size_t)(argv[3] + strlen(argv[3]) - argv[0]);
  alarm((unsigned)atoi(argv[2]));
  int done[2];
  if (pipe(done) != 0) return 1;
  signal(SIGCHLD, give_up);

  // Each service is a parent with its workers; the parents are ours. If we end, all end with us.
  for (int first = 0; first < count; first += SERVICE) {
    pid_t parent = fork();
    if (parent < 0) return 1;
    if (parent > 0) continue;
    int number = first;
    for (int worker = first + 1; worker < first + SERVICE && worker < count; worker++)
      switch (fork()) {
        case -1:
          return 1;
        case 0:
          number = worker;
          worker = count;
      }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    live_as(number, count, room, size);
    if (write(done[1], "x", 1) != 1) return 1;
    if (number % (count / BUSY > 0 ? count / BUSY : 1) == 1) be_busy();
    wait_for_ever(NULL);
  }
  char byte;
  for (int ready = 0; ready < count; ready++)
    if (read(done[0], &byte, 1) != 1) return 1;
  puts("ready");
  fflush(stdout);
  wait_for_ever(NULL);
}
