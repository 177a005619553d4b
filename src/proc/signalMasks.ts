// What a process does about signals: the masks of /proc/PID/status.

export interface SignalMasks {
  /** Sent and not yet taken, to the process or its first thread. */
  readonly pending: readonly number[];
  readonly blocked: readonly number[];
  readonly ignored: readonly number[];
  readonly caught: readonly number[];
}

/** Signal n is bit n - 1 of the mask, which is written in hexadecimal (proc_pid_status(5)). */
function numbersOf(text: string, label: string): number[] {
  const digits = new RegExp(`^${label}:\\s*([0-9a-f]+)$`, 'm').exec(text)?.[1];
  if (digits === undefined) return [];
  const mask = BigInt(`0x${digits}`);
  const numbers: number[] = [];
  for (let number = 1; number <= digits.length * 4; number++)
    if ((mask >> BigInt(number - 1)) & 1n) numbers.push(number);
  return numbers;
}

/** @param text /proc/PID/status; undefined where it has no masks */
export function parseSignalMasks(text: string): SignalMasks | undefined {
  if (!/^SigBlk:/m.test(text)) return undefined;
  const pending = new Set([...numbersOf(text, 'SigPnd'), ...numbersOf(text, 'ShdPnd')]);
  return {
    pending: [...pending].sort((a, b) => a - b),
    blocked: numbersOf(text, 'SigBlk'),
    ignored: numbersOf(text, 'SigIgn'),
    caught: numbersOf(text, 'SigCgt'),
  };
}
