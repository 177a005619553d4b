// A farm for what ports cost: `portFarm COUNT LISTENERS FDS SECONDS`, in pid and network namespaces of its own. Sleeping
// processes in services of 50, each with FDS files open; LISTENERS of them, evenly spread, have a listening socket, and
// any of them opens one at SIGUSR1. Says "ready" when all stand, and ends after SECONDS at the latest.
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SERVICE = 50, FIRST_PORT = 10000 };

static void listen_on(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  int held = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(held, (struct sockaddr *)&address, sizeof address) != 0 || listen(held, 16) != 0) _exit(1);
}

/* Port 0: the kernel chooses. */
static void listen_anywhere(int signal) {
  (void)signal;
  listen_on(0);
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  int count = atoi(argv[1]), listeners = atoi(argv[2]), fds = atoi(argv[3]);
  alarm((unsigned)atoi(argv[4]));
  signal(SIGUSR1, listen_anywhere);
  int done[2];
  if (pipe(done) != 0) return 1;

  // Each service is a parent with its workers; the parents are ours. If we end, all end with us.
  for (int first = 0; first < count; first += SERVICE) {
    pid_t service = fork();
    if (service < 0) return 1;
    if (service > 0) continue;
    int number = first;
    for (int worker = first + 1; worker < first + SERVICE && worker < count; worker++) {
      pid_t child = fork();
      if (child < 0) kill(getppid(), SIGKILL); /* no room: the farm is none */
      if (child == 0) {
        number = worker;
        break;
      }
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (int fd = 5; fd < fds; fd++) open("/dev/null", O_RDONLY); /* three streams and two ends of the pipe are there */
    long before = (long)number * listeners / count, after = (long)(number + 1) * listeners / count;
    if (after > before) listen_on(FIRST_PORT + (int)before);
    if (write(done[1], "x", 1) != 1) return 1;
    for (;;) pause();
  }
  char byte;
  for (int ready = 0; ready < count; ready++)
    if (read(done[0], &byte, 1) != 1) return 1;
  puts("ready");
  fflush(stdout);
  for (;;) pause();
}
