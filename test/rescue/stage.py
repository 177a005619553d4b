# Runs inside of a pid namespace of its own, below `adversary init`: a shell that waits at its stdin, innocents, and a rogue
# that fills the table; then the shell gets its commands. `stage.py ADVERSARY COMMANDS ROGUE SHELL...`, where ROGUE are the
# words of adversary.c. Prints one line of JSON.
import json, os, subprocess, sys, time

adversary, commands, rogue, shell = sys.argv[1], sys.argv[2], sys.argv[3].split(), sys.argv[4:]
log = sys.argv[0] + '.log'


def processes():
    for pid in filter(str.isdigit, os.listdir('/proc')):
        try:
            with open(f'/proc/{pid}/stat', encoding='latin1') as file:
                line = file.read()
        except OSError:
            continue  # it left
        comm, rest = line[line.index('(') + 1 : line.rindex(')')], line[line.rindex(')') + 2 :]
        yield int(pid), comm, rest[0]


def states(name):
    return [state for _, comm, state in processes() if comm == name and state not in 'ZX']


def until(done, seconds):
    end = time.monotonic() + seconds
    while not done() and time.monotonic() < end:
        time.sleep(0.01)
    return done()


def is_full():
    try:
        child = os.fork()
    except OSError:
        return True
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return False


trace = ['strace', '-f', '--seccomp-bpf', '-o', log, '-e', 'trace=clone,clone3,fork,vfork,execve']
waiting = subprocess.Popen(
    (trace if os.environ.get('TRACE') else []) + shell,
    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
)
waiting.stdin.write(b'echo ready\n')
waiting.stdin.flush()
assert waiting.stdout.readline() == b'ready\n'
subprocess.Popen([adversary, 'innocent', 'crowd', '10'], start_new_session=True)
assert until(lambda: len(states('innocent')) == 10, 10)
# An orphan, so that init reaps it.
subprocess.run(['sh', '-c', '"$@" & exit', 'sh', adversary] + rogue, start_new_session=True)
assert until(is_full, 20), 'never full'
before = len(states('worker'))
try:
    output = waiting.communicate(commands.encode() + b'\n', timeout=45)[0].decode('latin1')
except subprocess.TimeoutExpired:
    output = 'timeout'
until(lambda: not states('worker'), 2)
calls = []
if os.environ.get('TRACE'):
    with open(log, encoding='latin1') as file:
        calls = [line.split(None, 1)[1].split('(')[0] for line in file if '(' in line and ' = -1 ' not in line and '+++' not in line and '---' not in line]
print(json.dumps({
    'before': before, 'left': states('worker'), 'innocent': states('innocent'), 'output': output,
    'code': waiting.returncode, 'calls': calls, 'full': is_full(),
}))
