# Fills a table to the last slot, and takes every slot that comes free again. Begins at a line on stdin; it and all that it
# forked end with the writer of that stdin.
import os, select, signal, sys

state = sys.argv[1]
signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # a dead child leaves at once: a zombie would hold its slot
with open('/proc/self/comm', 'w') as comm:
    comm.write('worker')
if not sys.stdin.buffer.raw.read(1):
    sys.exit()

made = refused = 0
while True:
    try:
        if os.fork() == 0:
            os.read(0, 1)
            os._exit(0)
        made += 1
    except OSError:
        refused += 1
        # Written in place, in one call: the reader never finds half of it.
        fd = os.open(state, os.O_WRONLY)
        os.write(fd, b'%9d %9d\n' % (made, refused))
        os.close(fd)
        # Refused: whoever holds the other end of stdin may have left.
        if select.select([0], [], [], 0.05)[0] and not os.read(0, 1):
            sys.exit()
