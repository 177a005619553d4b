// How a number is kept that thousands of processes have.

/**
 * A whole number below 2^31 as V8 keeps it in the field itself. Whatever comes out of a Float64Array (a parsed stat line,
 * a stat(2)) would get a box of 16 bytes of its own: twenty boxes a process were 9 of 50 MB at 28,000.
 */
export function unboxed(value: number): number {
  const whole = value | 0;
  return whole === value ? whole : value;
}

/** Enough for what is kept in seconds. */
export function wholeMs(ms: number): number {
  return unboxed(Math.floor(ms));
}
