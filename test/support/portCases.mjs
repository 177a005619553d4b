// PORT_CASES: the holders of a port that are hard to find or hard to end, as data: for the test that compares slotop with
// its peers, and for the page of benchmarks.

/**
 * A process of that file says its port, and the pids that hold it besides its own, in one line of JSON. A port as one more
 * word is the one that it takes.
 */
export const PORT_CASES = [
  { what: 'TCP, IPv4', words: ['holders.py', 'plain'] },
  { what: 'TCP, every address', words: ['holders.py', 'any'] },
  { what: 'TCP, dual-stack', words: ['holders.py', 'dual'] },
  { what: 'TCP, IPv6 alone', words: ['holders.py', 'v6'] },
  { what: 'TCP, `::ffff:127.0.0.1`', words: ['holders.py', 'mapped'] },
  { what: 'UDP', words: ['holders.py', 'udp'], proto: 'udp' },
  { what: 'UDP, IPv6', words: ['actors.py', 'udp6'], proto: 'udp' },
  { what: '`SO_REUSEPORT`, two sockets', words: ['actors.py', 'reuseport'] },
  { what: 'pre-fork, 1 and 4 workers', words: ['actors.py', 'prefork', '4'] },
  { what: '500 clients, 450 accepted', words: ['holders.py', 'crowd'] },
  { what: 'ignores SIGTERM', words: ['holders.py', 'stubborn'] },
  { what: 'takes 2 s to stop', words: ['holders.py', 'slow'] },
  { what: 'leaves its socket to a child', words: ['holders.py', 'heir'] },
  { what: 'a thread with its own descriptors', words: ['holders.py', 'thread'], isHard: true },
  // Not on loopback: that is down in a new namespace, and some kernels refuse its address then.
  {
    what: 'in another network namespace',
    words: ['holders.py', 'any'],
    via: ['unshare', '-n'],
    isHard: true,
  },
  { what: 'descriptor in a message', words: ['holders.py', 'message'], isHard: true, isHidden: true },
  {
    what: "root's, asked as nobody",
    words: ['holders.py', 'plain'],
    isHard: true,
    isHidden: true,
    asNobody: true,
  },
];

/** The pids that ss says of each port, `tcp 8080` or `udp 53`. @param {string} text of `ss -Hlntup` */
export function heldBySs(text) {
  const held = new Map();
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const [proto, , , , local = ''] = line.split(/\s+/);
    const key = `${proto} ${local.slice(local.lastIndexOf(':') + 1)}`;
    const pids = [...line.matchAll(/pid=(\d+)/g)].map(([, pid]) => Number(pid));
    held.set(key, [...new Set([...(held.get(key) ?? []), ...pids])]);
  }
  return held;
}

/** All numbers of a text that lists pids: `lsof -t`, `fuser` and its stdout. @param {string} text */
export const pidsIn = (text) => [...new Set([...text.matchAll(/\d+/g)].map(([pid]) => Number(pid)))];
