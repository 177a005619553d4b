"""A terminal on a slow line: runs a program in a pty, reads a little at a time, and types keys meanwhile.

slowReader.py BYTES EVERY_SECONDS FIRST KEYS PROGRAM ARGS...: types KEYS, one each time that it reads or could, once
FIRST was shown. Prints all that the program wrote, and ends as it does.
"""
import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time

amount, every, first, keys = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3].encode(), sys.argv[4].encode()
command = sys.argv[5:]

program, terminal = pty.fork()
if program == 0:
    # The parent sets the size; a program that looks before would see a terminal of no size.
    while os.get_terminal_size(0).columns == 0:
        time.sleep(0.001)
    os.execv(command[0], command)
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))

shown = b""
try:
    while True:
        if select.select([terminal], [], [], every)[0]:
            shown += os.read(terminal, amount)
        if first in shown and keys:
            os.write(terminal, keys[:1])
            keys = keys[1:]
        time.sleep(every)
except OSError:  # EIO: nobody has the other side open any more
    pass

sys.stdout.buffer.write(shown)
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(program, 0)[1]))
