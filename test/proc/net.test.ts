import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CLOSE, endsBehindListeners, ESTABLISHED, LISTEN, parseNet } from '../../src/proc/net.ts';

const HEAD =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
// As Linux 6.18 prints them: tcp pads each row to 149 characters.
const TCP = `${HEAD}   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 31337 1 00000000c35e9aaf 100 0 0 10 0                     
   1: 0100007F:0016 0100007F:C350 01 00000000:00000000 02:000A8C0E 00000000  1000        0 4242 2 0000000000000000 20 4 30 10 -1                    
   2: 0100007F:0016 0100007F:C351 06 00000000:00000000 03:00001500 00000000     0        0 0 3 0000000000000000                                     
`;
const UDP6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
 1234: 00000000000000000000000001000000:0035 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000   101        0 777 2 0000000000000000 0
`;

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('parseNet', () => {
  test('reads every row of a table', () => {
    expect(parseNet(bytesOf(TCP), 'ipv4')).toEqual([
      {
        address: '0.0.0.0',
        port: 8080,
        remoteAddress: '0.0.0.0',
        remotePort: 0,
        state: LISTEN,
        uid: 0,
        inode: 31337,
      },
      {
        address: '127.0.0.1',
        port: 22,
        remoteAddress: '127.0.0.1',
        remotePort: 50000,
        state: ESTABLISHED,
        uid: 1000,
        inode: 4242,
      },
      {
        address: '127.0.0.1',
        port: 22,
        remoteAddress: '127.0.0.1',
        remotePort: 50001,
        state: 6,
        uid: 0,
        inode: 0,
      },
    ]);
    expect(parseNet(bytesOf(UDP6), 'ipv6')).toMatchObject([
      { address: '::1', port: 53, state: CLOSE, uid: 101, inode: 777 },
    ]);
  });

  test('leaves out the states that nobody wants', () => {
    expect(parseNet(bytesOf(TCP), 'ipv4', (state) => state === LISTEN).map((row) => row.port)).toEqual([
      8080,
    ]);
  });

  test('a table cut anywhere gives whole rows only, and never a shortened number', () => {
    const whole = parseNet(bytesOf(TCP), 'ipv4');
    for (let length = 0; length <= TCP.length; length++) {
      const rows = parseNet(bytesOf(TCP.slice(0, length)), 'ipv4');
      expect(rows).toEqual(whole.slice(0, rows.length));
    }
  });

  test.each([
    '',
    '\n\n',
    HEAD,
    'nonsense\n',
    '   0: 0000:00\n',
    TCP.replaceAll('0A', 'ZZ').replace('0100007F', '01x0007F'),
  ])('what is no row is left out: %j', (text) => {
    expect(parseNet(bytesOf(text), 'ipv4').every((row) => row.port === 22)).toBe(true);
  });

  test.each([
    ['00000000000000000000000000000000', '::'],
    ['00000000000000000000000001000000', '::1'],
    ['0000000000000000FFFF00000100007F', '::ffff:127.0.0.1'],
    ['000080FE00000000FF00A0020100A8FE', 'fe80::2a0:ff:fea8:1'],
    ['B80D0120000000000000010001000000', '2001:db8::1:0:0:1'],
  ])('IPv6 %s is %s', (words, text) => {
    const row = `   0: ${words}:0050 ${'0'.repeat(32)}:0000 0A 00000000:00000000 00:00000000 00000000     0        0 9 1\n`;
    expect(parseNet(bytesOf(row), 'ipv6')[0]?.address).toBe(text);
  });

  test('law: every IPv6 address comes back in the canonical form that URLs use', () => {
    // Few different bytes make the runs of zeros that the canonical form is about.
    const byte = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(255));
    const sixteen = fc.array(byte, { minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(sixteen, fc.nat(65535), fc.nat(4294967295), (address, port, inode) => {
        const hex = (number: number, digits: number): string =>
          number.toString(16).toUpperCase().padStart(digits, '0');
        const words = [0, 4, 8, 12]
          .map((at) =>
            address
              .slice(at, at + 4)
              .reverse()
              .map((part) => hex(part, 2))
              .join(''),
          )
          .join('');
        const line = `   7: ${words}:${hex(port, 4)} ${'0'.repeat(32)}:0000 0A 00000000:00000000 00:00000000 00000000 4294967294        0 ${inode} 1 0\n`;
        const [row] = parseNet(bytesOf(line), 'ipv6');
        expect(row).toMatchObject({ port, inode, uid: 4294967294 });
        const groups = [0, 2, 4, 6, 8, 10, 12, 14].map((at) =>
          (((address[at] as number) << 8) | (address[at + 1] as number)).toString(16),
        );
        // URL's own form is the same, but it writes a mapped address in hexadecimal: give ours to it, too.
        expect(new URL(`http://[${row?.address}]`).hostname).toBe(
          new URL(`http://[${groups.join(':')}]`).hostname,
        );
        if (row?.address.includes('.') === false)
          expect(`[${row.address}]`).toBe(new URL(`http://[${groups.join(':')}]`).hostname);
      }),
    );
  });
});

describe('endsBehindListeners', () => {
  const [head = '', listener = '', connection = ''] = TCP.split('\n').map((line) => `${line}\n`);
  test.each([
    ['', false],
    [head, false],
    [head + listener, false],
    [head + listener + connection, true],
    [head + connection, true],
    [head + listener + connection.slice(0, -40), false],
  ])('case %#', (text, expected) => {
    expect(endsBehindListeners(bytesOf(text), 'ipv4')).toBe(expected);
  });
});
