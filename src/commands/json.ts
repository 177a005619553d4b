// JSON as the contract has it: one document on one line, unknown values null.

/** A value as a document with its newline. Infinity (no limit) and NaN become null, as JSON.stringify does. */
export function json(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

/** Unknown is null, never a missing field. */
export function orNull<T>(value: T | undefined): T | null {
  return value ?? null;
}
