// Work of the command line that takes its time: done in steps, with the event loop between them, which is what brings
// signals to slotop. One that would end it breaks the work off instead, so that nobody stays stopped and the report
// still tells who is left. A second one changes nothing: the work ends at the first step after the first.

/** What would end slotop in the middle. */
const BREAKS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/**
 * @param start given a question that says yes once the work is to be broken off
 * @param show told each step before its wait
 */
export async function inSteps<Step extends { readonly waitMs: number }, Result>(
  start: (abort: () => boolean) => Generator<Step, Result>,
  show: (step: Step) => void,
): Promise<Result> {
  let isBroken = false;
  const breakOff = (): void => void (isBroken = true);
  for (const signal of BREAKS) process.on(signal, breakOff);
  const steps = start(() => isBroken);
  try {
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
      show(step.value);
      const { waitMs } = step.value;
      await new Promise((resume) => (waitMs > 0 ? setTimeout(resume, waitMs) : setImmediate(resume)));
    }
  } finally {
    // Where showing a step failed: what the work holds back (those that a sweep stopped) is let go.
    steps.return(undefined as never);
    for (const signal of BREAKS) process.off(signal, breakOff);
  }
}
