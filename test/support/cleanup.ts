// What a test started ends with it, however it ends. Started inside a test (or a beforeEach): stopped after that
// test. Started in a beforeAll: stopped after the file. Outside vitest: at the end of the process.
import { spawn, type ChildProcess } from 'node:child_process';
import type { Identity } from './identity.ts';

export interface Resource {
  /** Ends it and waits until it is gone. Calling it again does nothing. */
  stop(): Promise<void>;
  /** Ends it without waiting, for the last moment of this process. */
  stopNow(): void;
}

let ofFile: Resource[] = [];
let ofTest: Resource[] | undefined;

/** Hands a resource to the cleanup; answers the same resource. */
export function owned<T extends Resource>(resource: T): T {
  (ofTest ?? ofFile).push(resource);
  return resource;
}

async function stopAll(resources: readonly Resource[]): Promise<void> {
  const failures: unknown[] = [];
  // Last in, first out; one that fails to stop must not keep the others alive.
  for (const resource of [...resources].reverse()) {
    await resource.stop().catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw new AggregateError(failures, `not stopped: ${failures.join('; ')}`);
}

process.on('exit', () => {
  for (const resource of [...ofFile, ...(ofTest ?? [])]) resource.stopNow();
});

if (process.env['VITEST'] !== undefined) {
  const { afterAll, afterEach, beforeEach } = await import('vitest');
  beforeEach(() => {
    ofTest = [];
  });
  afterEach(async () => {
    const done = ofTest ?? [];
    ofTest = undefined;
    await stopAll(done);
  });
  afterAll(async () => {
    const done = ofFile;
    ofFile = [];
    await stopAll(done);
  });
}

// The exit hook does not run when this process is killed with SIGKILL (a hung test, an out-of-memory kill). So one
// small shell watches: it is told every pid with its starttime, and when its stdin closes, which no death of ours can
// prevent, it kills those that are still the same processes. Builtins only: it must work in a full process table.
export const REAPER = `
list=
while read -r pid start; do list="$list $pid:$start"; done
for id in $list; do
  pid=\${id%:*}; text=
  { while IFS= read -r line || [ -n "$line" ]; do text="$text $line"; done; } 2>/dev/null <"/proc/$pid/stat" || continue
  set -f; set -- \${text##*) }; set +f
  [ "\${20}" = "\${id#*:}" ] && kill -9 "$pid" 2>/dev/null
done
exit 0`;

let reaper: ChildProcess | undefined;

/** From now on that process dies with us, even when we are killed. Pids must be known with their starttime. */
export function watchOver(id: Identity): void {
  if (reaper === undefined) {
    // In a session of its own, so that a Ctrl-C at the terminal does not end the watchman first.
    reaper = spawn('/bin/sh', ['-c', REAPER], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    reaper.unref();
    (reaper.stdin as unknown as { unref(): void }).unref();
    reaper.on('error', () => undefined);
    reaper.stdin?.on('error', () => undefined);
  }
  reaper.stdin?.write(`${id.pid} ${id.starttime}\n`);
}
