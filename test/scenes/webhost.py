# A small web server as a scene, run as pid 1 of its own namespaces (picture.mjs): names that a reader knows, real
# sockets, a group that eats slots, a zombie and a stopped process. The last of them becomes the program to look at:
# `webhost.py FOLDER PROGRAM [ARGS...]`, with FOLDER for what the scene needs on disk.
import fcntl
import os
import resource
import shutil
import socket
import struct
import subprocess
import sys

folder, program = sys.argv[1], sys.argv[2:]
USERS = {"root": 0, "www-data": 33, "postgres": 105, "deploy": 1000, "alice": 1001}
# Soft "Max processes": what refuses the next fork of that user.
LIMITS = {"deploy": 96}
PROGRAMS = ["bash", "backup.sh", "cron", "nginx", "PassengerAgent", "postgres", "rsync", "ruby", "sshd", "systemd"]
BUSY = "while :; do :; done\n"
# Every line written to FOLDER/more is one more worker: a subshell, waiting at the shell's own pipe.
RUNAWAY = "exec 3<&0 4<>more; while read -r x <&4; do (read -r y <&3) & done\n"
SERVER = "require('net').createServer((s) => s.end('ok')).listen(3000, '0.0.0.0')\n"


def commands(text=""):
    """A pipe that is never closed: a shell that reads it obeys, then waits for ever without a child."""
    read_end, write_end = os.pipe()
    os.set_inheritable(write_end, True)
    os.write(write_end, text.encode())
    return read_end


WAITING = commands()


def copy_of_shell(name):
    return os.path.join(folder, name)


def listening(port, address="0.0.0.0"):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    held = socket.socket(family)
    held.bind((address, port))
    held.listen()
    return held


def become(user, file, argv, stdin=WAITING, sockets=()):
    """Ends in exec: children that were forked before it are children of what it becomes."""
    limit = LIMITS.get(user)
    if limit is not None:
        resource.setrlimit(resource.RLIMIT_NPROC, (limit, limit))
    os.setgid(USERS[user])
    os.setuid(USERS[user])
    os.dup2(stdin, 0)
    # The terminal is for the program alone.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(1, 2)
    for held in sockets:
        os.set_inheritable(held.fileno(), True)
    os.chdir(folder)
    os.execv(file, argv)


def start(user, name, title, children=(), say=None, sockets=()):
    """A process that the table shows as `title`: exec of a copy of sh, so comm and argv[0] are as the real one's."""
    pid = os.fork()
    if pid:
        return pid
    if os.getppid() == 1:
        os.setsid()
    for child in children:
        child()
    stdin = WAITING if say is None else commands(say)
    become(user, copy_of_shell(name), [title], stdin, sockets)


def zombie(name):
    """Ends at once, and its parent never asks."""
    if os.fork() == 0:
        become("root", copy_of_shell(name), [name], commands("exit\n"))


def node(user, script, text):
    if os.fork() == 0:
        os.setsid()
        with open(os.path.join(folder, script), "w", encoding="ascii") as file:
            file.write(text)
        become(user, shutil.which("node"), ["node", script])


def look(argv):
    """The last one keeps the terminal: somebody's login, with the program in it."""

    def login():
        if os.fork():
            return
        if os.fork():
            become("alice", copy_of_shell("bash"), ["-bash"])
        os.execv(argv[0], argv)

    if os.fork() == 0:
        login()
        become("root", copy_of_shell("sshd"), ["sshd: alice [priv]"])


def scene():
    web = [listening(80), listening(443)]
    db = [listening(5432, "127.0.0.1"), listening(5432, "::1")]
    start(
        "root",
        "nginx",
        "nginx: master process /usr/sbin/nginx",
        [lambda: start("www-data", "nginx", "nginx: worker process", sockets=web)] * 4,
        sockets=web,
    )
    start(
        "postgres",
        "postgres",
        "/usr/lib/postgresql/17/bin/postgres -D /srv/db",
        [
            lambda: start("postgres", "postgres", "postgres: checkpointer"),
            lambda: start("postgres", "postgres", "postgres: walwriter"),
            lambda: start("postgres", "postgres", "postgres: shop shop 10.0.0.7(51022) SELECT", say=BUSY),
            lambda: start("postgres", "postgres", "postgres: shop shop 10.0.0.7(51040) idle in transaction"),
        ],
        sockets=db,
    )
    node("deploy", "server.js", SERVER)
    preloader = "Passenger AppPreloader: /srv/shop"
    workers = [lambda: start("deploy", "ruby", preloader)] * 46
    start(
        "deploy",
        "PassengerAgent",
        "Passenger core",
        [lambda: start("deploy", "ruby", preloader, workers, say=RUNAWAY)],
        sockets=[listening(8080)],
    )
    start("root", "cron", "/usr/sbin/cron -f", [lambda: zombie("backup.sh")])
    start("deploy", "rsync", "rsync -a /srv/shop/ backup:/srv/shop", say="kill -STOP $$\n")
    start("root", "sshd", "sshd: /usr/sbin/sshd -D [listener]", sockets=[listening(22)])


for copy in PROGRAMS:
    shutil.copy("/bin/sh", copy_of_shell(copy))
more = os.path.join(folder, "more")
os.mkfifo(more)
os.chmod(more, 0o666)
passwd = os.path.join(folder, "passwd")
with open(passwd, "w", encoding="ascii") as file:
    file.writelines(f"{name}:x:{uid}:{uid}::/:/bin/sh\n" for name, uid in USERS.items())
# Loopback is down in a new network namespace (netdevice(7): SIOCSIFFLAGS, IFF_UP and IFF_RUNNING).
fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sh14x", b"lo", 0x41))
subprocess.run(["mount", "--bind", passwd, "/etc/passwd"], check=True)
socket.sethostname("web01")
scene()
look(program)
become("root", copy_of_shell("systemd"), ["/sbin/init"])
