// What may wait is done in slices, one at a time: behind each there is a moment in which whoever pressed a key is heard.
// Timers that are due together would run one behind the other instead, and a key would wait for all of them.

/** Long enough for the event loop to come round to the terminal, in milliseconds. */
const BREATH_MS = 1;

export interface Task {
  /** Runs it so many milliseconds from now, as soon as nobody else has just had a slice; once, however often it was asked. */
  after(ms: number): void;
  isWaiting(): boolean;
  stop(): void;
}

/** @param now monotonic milliseconds @returns how tasks are made that take turns with each other */
export function createSlices(now: () => number): (slice: () => void) => Task {
  let freeAt = -Infinity;
  return (slice) => {
    let timer: NodeJS.Timeout | undefined;

    function fire(): void {
      const wait = freeAt - now();
      if (wait > 0) {
        timer = setTimeout(fire, wait);
        return;
      }
      timer = undefined;
      slice();
      freeAt = now() + BREATH_MS;
    }

    function stop(): void {
      clearTimeout(timer);
      timer = undefined;
    }

    return {
      after(ms) {
        stop();
        timer = setTimeout(fire, ms);
      },
      isWaiting: () => timer !== undefined,
      stop,
    };
  };
}
