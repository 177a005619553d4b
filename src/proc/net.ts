// /proc/PID/net/{tcp,tcp6,udp,udp6}, parsed from bytes: one row a socket of one network namespace.
import { ipv4Text, ipv6Text } from './ipText.ts';

export type Family = 'ipv4' | 'ipv6';

/** One row of a table, by the columns of proc_pid_net(5) and the kernel's Documentation/networking/proc_net_tcp. */
export interface NetRow {
  readonly address: string;
  readonly port: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** The st column: a TCP state number of the kernel's include/net/tcp_states.h, used by UDP too. */
  readonly state: number;
  /** Owner of the socket: the fsuid of who made it. */
  readonly uid: number;
  /** The N of `socket:[N]`; 0 for a socket that no file stands for (TIME_WAIT, not yet accepted). */
  readonly inode: number;
}

/** Bytes that a line of tcp, tcp6, udp or udp6 never reaches; the longest is padded to 182 (net/ipv6/tcp_ipv6.c). */
export const NET_RECORD = 256;

/** include/net/tcp_states.h */
export const ESTABLISHED = 0x01;
export const CLOSE = 0x07;
export const LISTEN = 0x0a;

const NEWLINE = 0x0a;
const SPACE = 0x20;
const COLON = 0x3a;
/** An address is 32-bit words in hexadecimal: one for IPv4, four for IPv6. */
const WORDS = { ipv4: 1, ipv6: 4 } as const;

/**
 * The rows whose state is wanted. Busy servers have thousands of connections and a few listeners, so a row's state is
 * looked at before anything is made of it. A row that is cut off or is none (the head) is left out.
 * @param wants by the st column; all rows without it
 */
export function parseNet(bytes: Uint8Array, family: Family, wants?: (state: number) => boolean): NetRow[] {
  const rows: NetRow[] = [];
  const words = WORDS[family];
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    const row = parseRow(bytes, start, end, words, wants);
    if (row !== undefined) rows.push(row);
    start = end + 1;
  }
  return rows;
}

/**
 * Whether the last row is no listener. tcp and tcp6 list all listeners before all connections (net/ipv4/tcp_ipv4.c,
 * tcp_get_idx), so none comes after that: on a busy server most of the table need not be read.
 */
export function endsBehindListeners(bytes: Uint8Array, family: Family): boolean {
  const end = bytes.lastIndexOf(NEWLINE);
  const start = bytes.lastIndexOf(NEWLINE, end - 1) + 1;
  const row = end > 0 ? parseRow(bytes, start, end, WORDS[family], undefined) : undefined;
  return row !== undefined && row.state !== LISTEN;
}

/** `  12: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000  0 31337 ...` */
function parseRow(
  bytes: Uint8Array,
  start: number,
  end: number,
  words: 1 | 4,
  wants: ((state: number) => boolean) | undefined,
): NetRow | undefined {
  const colon = bytes.indexOf(COLON, start);
  if (colon < 0 || colon >= end) return undefined;
  const local = colon + 2;
  const localPort = local + words * 8 + 1;
  const remote = localPort + 5;
  const remotePort = remote + words * 8 + 1;
  const stateAt = remotePort + 5;
  if (stateAt + 2 > end) return undefined;

  const state = hex(bytes, stateAt, 2);
  if (!(state >= 0) || (wants !== undefined && !wants(state))) return undefined;
  // st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode
  const uidAt = afterBlanks(bytes, stateAt, end, 4);
  const uid = decimal(bytes, uidAt, end);
  const inode = decimal(bytes, afterBlanks(bytes, uidAt, end, 2), end);
  const port = hex(bytes, localPort, 4);
  const farPort = hex(bytes, remotePort, 4);
  const address = addressAt(bytes, local, words);
  const remoteAddress = addressAt(bytes, remote, words);
  if (uid < 0 || inode < 0 || !(port >= 0) || !(farPort >= 0)) return undefined;
  if (address === undefined || remoteAddress === undefined) return undefined;
  return { address, port, remoteAddress, remotePort: farPort, state, uid, inode };
}

/** Where the column begins that is `columns` further on. */
function afterBlanks(bytes: Uint8Array, from: number, end: number, columns: number): number {
  let at = from;
  for (let column = 0; column < columns; column++) {
    while (at < end && bytes[at] !== SPACE) at++;
    while (at < end && bytes[at] === SPACE) at++;
  }
  return at;
}

/** -1 unless a blank ends it: without one the number itself may have been cut. */
function decimal(bytes: Uint8Array, from: number, end: number): number {
  let value = 0;
  let at = from;
  for (; at < end && bytes[at] !== SPACE; at++) {
    const digit = (bytes[at] as number) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return at > from && at < end ? value : -1;
}

/** NaN where a character is no hexadecimal digit. */
function hex(bytes: Uint8Array, from: number, length: number): number {
  let value = 0;
  for (let at = from; at < from + length; at++) value = value * 16 + (HEX_DIGIT[bytes[at] as number] ?? NaN);
  return value;
}

const HEX_DIGIT: readonly (number | undefined)[] = Array.from({ length: 256 }, (_, code) => {
  const digit = '0123456789abcdef'.indexOf(String.fromCharCode(code).toLowerCase());
  return digit < 0 ? undefined : digit;
});

/** The kernel prints the words of an address, which is in network order, as numbers of this machine's own order. */
const LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

function addressAt(bytes: Uint8Array, from: number, words: 1 | 4): string | undefined {
  const address: number[] = [];
  for (let word = 0; word < words; word++) {
    const at = from + word * 8;
    for (let index = 0; index < 4; index++) {
      const byte = hex(bytes, at + (LITTLE_ENDIAN ? 3 - index : index) * 2, 2);
      if (!(byte >= 0)) return undefined;
      address.push(byte);
    }
  }
  return words === 1 ? ipv4Text(address) : ipv6Text(address);
}
