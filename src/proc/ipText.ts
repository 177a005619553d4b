// Addresses as people write them.

/** @param bytes four, in network order */
export function ipv4Text(bytes: readonly number[]): string {
  return bytes.join('.');
}

/**
 * The canonical text of RFC 5952: lower case, no leading zeros, the first longest run of two or more zero groups as
 * `::`, and an IPv4 address mapped into IPv6 in its dotted form (`::ffff:127.0.0.1`).
 * @param bytes sixteen, in network order
 */
export function ipv6Text(bytes: readonly number[]): string {
  const groups = Array.from(
    { length: 8 },
    (_, i) => (bytes[2 * i] as number) * 256 + (bytes[2 * i + 1] as number),
  );
  if (groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0)) {
    return `::ffff:${ipv4Text(bytes.slice(12))}`;
  }

  let from = 0;
  let length = 0;
  for (let start = 0; start < 8; start++) {
    let end = start;
    while (end < 8 && groups[end] === 0) end++;
    if (end - start > length) [from, length] = [start, end - start];
  }
  const text = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  if (length < 2) return text(groups);
  return `${text(groups.slice(0, from))}::${text(groups.slice(from + length))}`;
}
