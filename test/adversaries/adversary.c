// Programs that a sweep has to win against, and innocent ones beside them. Each member of a rogue group inherits
// descriptor 3, so that whoever holds its other end learns when the very last one is gone, however it hides.
//   adversary init PID_MAX SECONDS PROGRAM ARGS...   pid 1 of a namespace: reaps, and ends with its program or after SECONDS
//   adversary NAME bomb spin|pause [MEMBERS]         each member forks on and on, up to so many members (0: no limit)
//   adversary NAME hopper PER_SECOND [pgrp|session]  forks and exits: its pid changes all the time (0: as fast as it can)
//   adversary NAME refill MEMBERS [cont]             ignore TERM, replace each other, and continue each other every ms
//   adversary NAME chameleon MEMBERS                 a new comm every 5 ms, a new pid now and then, one session
//   adversary NAME boss CHILD MEMBERS                starts that many called CHILD, and each again when it ends
//   adversary NAME nursery CHILD PER_SECOND          brings forth that many called CHILD
//   adversary NAME guards OTHER                      two that restart each other, the second called OTHER
//   adversary NAME crowd MEMBERS [rogue]             wait; without `rogue` they are innocent: they hold no descriptor 3
//   adversary NAME fill LEAVE                        on a line on stdin, innocent ones until so many slots are left; says so
//   adversary NAME job PROGRAM ... -- MODE ARGS...    a program in a new session, and beside it a rogue of the old one
//   adversary NAME churn PER_SECOND                  innocent births that live for some ms; a line on stdin asks for the toll
//   adversary NAME killloop TARGET...                the peer: on a line on stdin, KILL to each comm TARGET until 5 passes are clean
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LIFELINE 3
#define MOST 4096

static void name_me(const char *name) { prctl(PR_SET_NAME, name); }

static void *shared(size_t size) {
  return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + now.tv_nsec / 1e9;
}

/** Dead children leave no zombie. */
static void reap_nobody(void) { signal(SIGCHLD, SIG_IGN); }

static int init(char **argv) {
  FILE *limit = fopen("/proc/sys/kernel/pid_max", "w");
  if (!limit || fprintf(limit, "%s\n", argv[0]) < 0 || fclose(limit) != 0) return perror("pid_max"), 1;
  alarm(atoi(argv[1]));
  signal(SIGALRM, _exit); // pid 1 dies of no signal that it has no handler for
  pid_t program = fork();
  if (program == 0) {
    execvp(argv[2], argv + 2);
    _exit(127);
  }
  int status;
  for (pid_t gone; (gone = wait(&status)) != program;)
    if (gone < 0 && errno == ECHILD) return 1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static _Noreturn void bomb(char **argv) {
  int spins = strcmp(argv[0], "spin") == 0;
  long most = argv[1] ? atol(argv[1]) : 0;
  long *born = shared(sizeof *born);
  *born = 1;
  reap_nobody();
  for (;;) {
    if (most == 0) fork();
    else if (__sync_fetch_and_add(born, 1) >= most || fork() < 0) __sync_fetch_and_sub(born, 1);
    if (!spins) usleep(1000);
  }
}

static _Noreturn void hopper(char **argv) {
  long rate = atol(argv[0]);
  const char *also = argv[1] ? argv[1] : "";
  reap_nobody();
  for (;;) {
    if (rate > 0) usleep(1000000 / rate);
    pid_t child = fork();
    if (child > 0) _exit(0);
    if (child < 0) continue; // no slot: try again
    if (strcmp(also, "pgrp") == 0) setpgid(0, 0);
    if (strcmp(also, "session") == 0) setsid();
  }
}

static _Noreturn void refill(char **argv) {
  int many = atoi(argv[0]), continues = argv[1] != NULL, me = 0;
  volatile pid_t *slots = shared(MOST * sizeof *slots);
  reap_nobody();
  signal(SIGTERM, SIG_IGN), signal(SIGHUP, SIG_IGN), signal(SIGINT, SIG_IGN);
  slots[0] = getpid();
  for (;; usleep(1000)) {
    for (int i = 0; i < many; i++) {
      pid_t there = slots[i];
      if (i == me || there < 0) continue;
      if (there > 0 && kill(there, continues ? SIGCONT : 0) == 0) continue;
      if (!__sync_bool_compare_and_swap(&slots[i], there, -1)) continue;
      pid_t child = fork();
      if (child == 0) slots[me = i] = getpid();
      else if (child < 0) slots[i] = 0;
    }
    slots[me] = getpid();
  }
}

static _Noreturn void chameleon(char **argv) {
  pid_t leader = getpid(); // stays, or there would be no tree to name
  reap_nobody();
  for (int i = atoi(argv[0]); i > 1; i--)
    if (fork() == 0) break;
  for (unsigned turn = getpid();; turn++) {
    char name[16];
    snprintf(name, sizeof name, "%x", turn * 2654435761u);
    name_me(name);
    usleep(5000);
    if (turn % 16 == 0 && getpid() != leader && fork() > 0) _exit(0);
  }
}

static _Noreturn void boss(char **argv) {
  for (int living = 0, many = atoi(argv[1]);;) {
    pid_t child = living < many ? fork() : 1;
    if (child == 0) {
      name_me(argv[0]);
      for (;;) pause();
    }
    if (child > 0 && living < many) living++;
    else if (wait(NULL) > 0) living--;
    else usleep(1000);
  }
}

static _Noreturn void nursery(char **argv) {
  long rate = atol(argv[1]);
  reap_nobody();
  for (;; usleep(1000000 / rate))
    if (fork() == 0) {
      name_me(argv[0]);
      for (;;) pause();
    }
}

static _Noreturn void guards(const char *name, char **argv) {
  volatile pid_t *pair = shared(2 * sizeof *pair);
  const char *names[2] = {name, argv[0]};
  int me = 0;
  reap_nobody();
  pair[0] = getpid();
  for (;; usleep(500)) {
    pid_t other = pair[1 - me];
    if (other > 0 && kill(other, 0) == 0) continue;
    pid_t child = fork();
    if (child == 0) me = 1 - me, pair[me] = getpid(), name_me(names[me]);
    else if (child > 0) pair[1 - me] = child;
  }
}

static _Noreturn void crowd(char **argv) {
  if (!argv[1]) close(LIFELINE);
  for (int i = atoi(argv[0]); i > 1; i--)
    if (fork() == 0) break;
  for (;;) pause();
}

static _Noreturn void fill(char **argv) {
  pid_t children[40000];
  int born = 0, leave = atoi(argv[0]);
  close(LIFELINE);
  reap_nobody();
  getchar();
  for (pid_t child; born < 40000 && (child = fork()) >= 0;) {
    if (child == 0)
      for (;;) pause();
    children[born++] = child;
  }
  for (; leave > 0 && born > 0; leave--) {
    kill(children[--born], SIGKILL);
    waitpid(children[born], NULL, 0); // or one that is still on its way out would be counted as present
  }
  printf("full\n");
  fflush(stdout);
  for (;;) pause();
}

static int start(const char *name, const char *mode, char **rest);

/** The job waits for a byte on the descriptor that the program has as 5, which holds the job's lifeline as 4. */
static int job(const char *name, char **argv) {
  int life[2], go[2], at = 0;
  while (argv[at] && strcmp(argv[at], "--") != 0) at++;
  if (!argv[at] || !argv[at + 1] || pipe(life) != 0 || pipe(go) != 0) return 2;
  argv[at] = NULL;
  int ends[4] = {life[0], life[1], go[0], go[1]};
  for (int i = 0; i < 4; i++) ends[i] = fcntl(ends[i], F_DUPFD, 20);
  for (int i = 3; i < 20; i++) close(i);
  pid_t child = fork();
  if (child < 0) return 1;
  if (child == 0) {
    char byte;
    dup2(ends[1], LIFELINE);
    int waiting = ends[2];
    close(ends[0]), close(ends[1]), close(ends[3]);
    if (read(waiting, &byte, 1) != 1) _exit(0);
    close(waiting);
    _exit(start(name, argv[at + 1], argv + at + 2));
  }
  dup2(ends[0], 4), dup2(ends[3], 5);
  for (int i = 0; i < 4; i++) close(ends[i]);
  setsid();
  execvp(argv[0], argv);
  return 127;
}

static int churn(char **argv) {
  long rate = atol(argv[0]), born = 0, killed = 0, stopped = 0;
  struct pollfd asked = {.fd = 0, .events = POLLIN};
  double start = seconds();
  close(LIFELINE);
  while (poll(&asked, 1, 0) == 0) {
    long due = (seconds() - start) * rate;
    if (due - born > 50) born = due - 50; // after a pause not all at once: they would fill the table
    for (; born < due; born++)
      if (fork() == 0) usleep(1000 + rand() % 4000), _exit(0);
    int status;
    while (waitpid(-1, &status, WNOHANG) > 0) killed += WIFSIGNALED(status) != 0;
    usleep(300);
  }
  // Whoever was not left stopped ends within milliseconds.
  for (double until = seconds() + 2; seconds() < until; usleep(1000)) {
    int status;
    pid_t gone = waitpid(-1, &status, WNOHANG);
    if (gone < 0) break;
    if (gone > 0) killed += WIFSIGNALED(status) != 0;
  }
  while (waitpid(-1, NULL, WNOHANG) == 0) {
    siginfo_t info = {0};
    if (waitid(P_ALL, 0, &info, WSTOPPED | WNOHANG) != 0 || info.si_pid == 0) break;
    stopped++;
  }
  printf("{\"born\":%ld,\"dead\":%ld,\"stopped\":%ld}\n", born, killed, stopped);
  return 0;
}

/** What a good administrator's loop would do: look, kill what is called so, until nobody was found five times. */
static int killloop(char **argv) {
  close(LIFELINE);
  getchar();
  double until = seconds() + 10;
  for (int clean = 0; clean < 5 && seconds() < until;) {
    int found = 0;
    DIR *folder = opendir("/proc");
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
      char path[300], line[512] = "";
      if (!isdigit((unsigned char)entry->d_name[0])) continue;
      snprintf(path, sizeof path, "/proc/%s/stat", entry->d_name);
      int fd = open(path, O_RDONLY);
      if (fd < 0) continue;
      if (read(fd, line, sizeof line - 1) < 0) line[0] = 0;
      close(fd);
      char *from = strchr(line, '('), *to = strrchr(line, ')');
      if (!from || !to || to[2] == 'Z') continue;
      *to = 0;
      for (char **name = argv; *name; name++)
        if (strcmp(from + 1, *name) == 0 && kill(atoi(entry->d_name), SIGKILL) == 0) found++;
    }
    if (folder) closedir(folder);
    clean = found ? 0 : clean + 1;
  }
  return 0;
}

static int start(const char *name, const char *mode, char **rest) {
  name_me(name);
  if (strcmp(mode, "bomb") == 0) bomb(rest);
  if (strcmp(mode, "hopper") == 0) hopper(rest);
  if (strcmp(mode, "refill") == 0) refill(rest);
  if (strcmp(mode, "chameleon") == 0) chameleon(rest);
  if (strcmp(mode, "boss") == 0 && rest[0] && rest[1]) boss(rest);
  if (strcmp(mode, "nursery") == 0 && rest[0] && rest[1]) nursery(rest);
  if (strcmp(mode, "guards") == 0) guards(name, rest);
  if (strcmp(mode, "crowd") == 0) crowd(rest);
  if (strcmp(mode, "fill") == 0) fill(rest);
  if (strcmp(mode, "churn") == 0) return churn(rest);
  if (strcmp(mode, "killloop") == 0) return killloop(rest);
  return 2;
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  if (strcmp(argv[1], "init") == 0) return argc < 5 ? 2 : init(argv + 2);
  if (strcmp(argv[2], "job") == 0) return job(argv[1], argv + 3);
  return start(argv[1], argv[2], argv + 3);
}
