# Processes and sockets that a shell can't make. Says what it made in one line of JSON, then waits for the end of stdin.
import json
import os
import socket
import sys


def ready(**what):
    print(json.dumps(what), flush=True)


def wait_for_end():
    while os.read(0, 4096):
        pass


def listen(family, kind, address, port=0, reuseport=False):
    sock = socket.socket(family, kind)
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    if reuseport:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    sock.bind((address, port))
    if kind == socket.SOCK_STREAM:
        sock.listen(16)
    return sock, sock.getsockname()[1]


def child_that(run):
    pid = os.fork()
    if pid == 0:
        run()
        os._exit(0)
    return pid


def zombie():
    pid = child_that(lambda: None)
    # Without reaping it: waitid with WNOWAIT returns when it has ended and leaves it a zombie.
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    ready(pids=[pid])
    wait_for_end()
    os.waitpid(pid, 0)


def threads(count):
    import threading

    hold = threading.Event()
    for _ in range(int(count) - 1):
        threading.Thread(target=hold.wait, daemon=True).start()
    ready(pids=[])
    wait_for_end()


def serve(family, kind, address, port=0):
    held, port = listen(family, kind, address, int(port))
    ready(port=port, pids=[])
    wait_for_end()
    del held


def prefork(workers, port=0):
    # One socket, opened before the fork: every worker and the parent hold the same inode.
    held, port = listen(socket.AF_INET, socket.SOCK_STREAM, "127.0.0.1", int(port))
    ready(port=port, pids=[child_that(wait_for_end) for _ in range(int(workers))])
    wait_for_end()
    del held


def reuseport(port=0):
    # Two sockets of two processes on one port.
    first, port = listen(socket.AF_INET, socket.SOCK_STREAM, "127.0.0.1", int(port), True)
    read_end, write_end = os.pipe()

    def second():
        first.close()
        held = listen(socket.AF_INET, socket.SOCK_STREAM, "127.0.0.1", port, True)
        os.write(write_end, b"x")
        wait_for_end()
        del held

    pid = child_that(second)
    os.read(read_end, 1)
    ready(port=port, pids=[pid])
    wait_for_end()


def vfork():
    # CLONE_VFORK without CLONE_VM: this process waits in the kernel (state D) for a child that has its own memory.
    import ctypes
    import platform
    import signal

    number = 56 if platform.machine() == "x86_64" else 220
    ready(pids=[])
    if ctypes.CDLL(None).syscall(number, 0x4000 | signal.SIGCHLD, 0, 0, 0, 0) == 0:
        wait_for_end()
        os._exit(0)


def traced_zombie():
    # A grandchild traces the child: the child's end is first told to the tracer, which does not listen.
    import ctypes

    ptrace = ctypes.CDLL(None).ptrace
    ready_end, told_end = os.pipe()
    child = child_that(wait_for_end)

    def trace():
        ptrace(0x4206, child, 0, 0)  # PTRACE_SEIZE
        os.write(told_end, b"x")
        wait_for_end()

    tracer = child_that(trace)
    os.read(ready_end, 1)
    os.kill(child, 9)
    ready(pids=[child, tracer])
    wait_for_end()


KINDS = {
    "zombie": zombie,
    "threads": threads,
    "vfork": vfork,
    "traced_zombie": traced_zombie,
    "tcp": lambda: serve(socket.AF_INET, socket.SOCK_STREAM, "127.0.0.1"),
    "ipv6": lambda: serve(socket.AF_INET6, socket.SOCK_STREAM, "::1"),
    "udp": lambda: serve(socket.AF_INET, socket.SOCK_DGRAM, "127.0.0.1"),
    "udp6": lambda *port: serve(socket.AF_INET6, socket.SOCK_DGRAM, "::1", *port),
    "prefork": prefork,
    "reuseport": reuseport,
}
KINDS[sys.argv[1]](*sys.argv[2:])
