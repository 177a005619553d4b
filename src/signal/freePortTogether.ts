// Several ports at once: each goes at its own pace, and nobody waits for another's watch.
import type { Kernel } from '../kernel.ts';
import type { FreeProgress, FreeResult } from './freePort.ts';

export interface TogetherProgress {
  /** The last step of each port that is not done. */
  readonly steps: readonly FreeProgress[];
  readonly waitMs: number;
}

interface Runner {
  readonly steps: Generator<FreeProgress, FreeResult>;
  last: FreeProgress | undefined;
  dueAt: number;
  result: FreeResult | undefined;
}

/** @returns the results in the order of the ports */
export function* freeTogether(
  kernel: Kernel,
  ports: readonly Generator<FreeProgress, FreeResult>[],
): Generator<TogetherProgress, FreeResult[]> {
  const runners = ports.map((steps): Runner => ({ steps, last: undefined, dueAt: 0, result: undefined }));
  for (;;) {
    for (const runner of runners) {
      if (runner.result !== undefined || runner.dueAt > kernel.now()) continue;
      const step = runner.steps.next();
      if (step.done === true) runner.result = step.value;
      else {
        runner.last = step.value;
        runner.dueAt = kernel.now() + step.value.waitMs;
      }
    }
    const running = runners.filter(({ result }) => result === undefined);
    if (running.length === 0) return runners.flatMap(({ result }) => result ?? []);
    const next = Math.min(...running.map(({ dueAt }) => dueAt));
    yield {
      steps: running.flatMap(({ last }) => last ?? []),
      waitMs: Math.max(0, Math.ceil(next - kernel.now())),
    };
  }
}

/** `:8080 SIGTERM sent, 2 left, SIGKILL in 3.2 s` */
export function progressText({ steps }: Pick<TogetherProgress, 'steps'>): string {
  return steps
    .map(({ phase, port, left, remainingMs }) => {
      const seconds = `${(remainingMs / 1000).toFixed(1)} s`;
      if (phase === 'wait') return `:${port} SIGTERM sent, ${left} left, SIGKILL in ${seconds}`;
      if (phase === 'kill') return `:${port} SIGKILL sent, ${left} left`;
      return `:${port} free; watching for ${seconds} who takes it`;
    })
    .join('; ');
}
