# Holders of one port, of the kinds that are hard to find or hard to end. argv: KIND [PORT]. Says its port and the pids
# that hold it in one line of JSON, then stays until it is killed (a watchman of the test sees to that).
import ctypes
import json
import os
import signal
import socket
import sys
import threading
import time

PORT = int(sys.argv[2]) if len(sys.argv) > 2 else 0


def listen(family=socket.AF_INET, kind=socket.SOCK_STREAM, address="127.0.0.1", only_v6=False):
    sock = socket.socket(family, kind)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, only_v6)
    sock.bind((address, PORT))
    if kind == socket.SOCK_STREAM:
        sock.listen(1024)
    return sock


def stay(sock, pids=()):
    print(json.dumps({"port": sock.getsockname()[1], "pids": [os.getpid(), *pids]}), flush=True)
    while True:
        time.sleep(1000)


def stubborn():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    stay(listen())


def slow():
    sock = listen()

    def end(*_):
        time.sleep(2)
        os._exit(0)

    signal.signal(signal.SIGTERM, end)
    stay(sock)


def lingering():
    # Lets go of the port when it is asked to end, and lives on.
    sock = listen()
    port = sock.getsockname()[1]
    signal.signal(signal.SIGTERM, lambda *_: sock.close())
    print(json.dumps({"port": port, "pids": [os.getpid()]}), flush=True)
    while True:
        time.sleep(1000)


def heir():
    # Asked to end, it leaves its socket to a child that nobody knows of.
    sock = listen()

    def leave(*_):
        if os.fork() == 0:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            time.sleep(1000)
        os._exit(0)

    signal.signal(signal.SIGTERM, leave)
    stay(sock)


def orphans():
    # A master that has died leaves its socket to workers that nobody is the parent of.
    told, tell = os.pipe()
    if os.fork() == 0:
        sock = listen()
        for _ in range(3):
            if os.fork() == 0:
                signal.alarm(120)  # nobody else may be there to end it
                os.write(tell, b"%d %d\n" % (sock.getsockname()[1], os.getpid()))
                while True:
                    time.sleep(1000)
        os._exit(0)
    os.wait()
    lines = b""
    while lines.count(b"\n") < 3:
        lines += os.read(told, 4096)
    words = [int(word) for word in lines.split()]
    print(json.dumps({"port": words[0], "pids": words[1::2]}), flush=True)
    while True:
        time.sleep(1000)


def thread():
    # CLONE_FILES: the thread has a descriptor table of its own.
    def run():
        ctypes.CDLL(None).unshare(0x400)
        stay(listen())

    threading.Thread(target=run).start()
    while True:
        time.sleep(1000)


def message():
    # The only descriptor of the socket is in a message that nobody has taken.
    sock = listen()
    port = sock.getsockname()[1]
    ends = socket.socketpair()
    socket.send_fds(ends[0], [b"x"], [sock.fileno()])
    sock.close()
    print(json.dumps({"port": port, "pids": [os.getpid()]}), flush=True)
    while True:
        time.sleep(1000)


def crowd():
    # A server with clients in its own process: connections on both sides of the port, and some not accepted.
    sock = listen()
    port = sock.getsockname()[1]
    clients = os.fork()
    if clients == 0:
        signal.alarm(120)  # it outlives the server, and nobody else may be there to end it
        sock.close()
        held = [socket.create_connection(("127.0.0.1", port)) for _ in range(500)]
        while held:
            time.sleep(1000)
    accepted = [sock.accept() for _ in range(450)]
    print(json.dumps({"port": port, "pids": [os.getpid()], "clients": clients}), flush=True)
    while accepted:
        time.sleep(1000)


KINDS = {
    "plain": lambda: stay(listen()),
    "any": lambda: stay(listen(address="")),
    "dual": lambda: stay(listen(socket.AF_INET6, address="::")),
    "v6": lambda: stay(listen(socket.AF_INET6, address="::1", only_v6=True)),
    "mapped": lambda: stay(listen(socket.AF_INET6, address="::ffff:127.0.0.1")),
    "udp": lambda: stay(listen(kind=socket.SOCK_DGRAM)),
    "stubborn": stubborn,
    "slow": slow,
    "lingering": lingering,
    "heir": heir,
    "orphans": orphans,
    "thread": thread,
    "message": message,
    "crowd": crowd,
}
KINDS[sys.argv[1]]()
