// A program in a real pty, seen from outside: its CPU time, its memory, the bytes that it sends to its terminal.
import { readFileSync, readdirSync } from 'node:fs';
import { spawn } from '@lydell/node-pty';

/** What the goals speak of (DESIGN 8): the tables at 120x35, a held key at 200x50. */
export const USUAL = { cols: 120, rows: 35 };
export const LARGE = { cols: 200, rows: 50 };

/** CPU milliseconds of all threads, user and system (Documentation/scheduler/sched-stats: first field, nanoseconds). */
export function cpuOf(pid) {
  return readdirSync(`/proc/${pid}/task`)
    .map((task) => Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'latin1').split(' ')[0]) / 1e6)
    .reduce((sum, ms) => sum + ms, 0);
}

/** Memory in bytes (proc_pid_status(5)). */
export function rssOf(pid) {
  return 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))[1]);
}

/** How often it has called read(2) so far, whatever for (proc_pid_io(5), syscr). */
export function readsOf(pid) {
  return Number(/syscr: (\d+)/.exec(readFileSync(`/proc/${pid}/io`, 'latin1'))[1]);
}

/** What a terminal says when it is asked whether it is well, at the moment at which it comes to the question (src/pace.ts). */
const [QUESTION, ANSWER] = ['\x1b[5n', '\x1b[0n'];

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * @param {string[]} command
 * @param {Record<string, string>} env
 * @returns `bytes` that came so far; `onData(listener)` gives each chunk with the moment it came;
 * `until(hasCome)` waits for a chunk that makes it true, and fails when the program ends before; `during(ms)` says what
 * that much time cost
 */
export function openProgram([command, ...args], env, size = USUAL) {
  const pty = spawn(command, args, { name: 'xterm-256color', ...size, env, encoding: null });
  const ended = new Promise((resolve) => pty.onExit(resolve));
  const listeners = new Set();
  let lastWords = '';
  const program = {
    pty,
    pid: pty.pid,
    ended,
    bytes: 0,
    onData(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async until(hasCome) {
      let stop;
      await new Promise((resolve, reject) => {
        ended.then(
          ({ exitCode }) => reject(new Error(`${command} ended with ${exitCode}: ${lastWords}`)),
          reject,
        );
        stop = program.onData((chunk, at) => hasCome(chunk, at) && resolve());
      });
      stop();
    },
    async during(ms) {
      const [cpu, bytes, began] = [cpuOf(pty.pid), program.bytes, performance.now()];
      await sleep(ms);
      return {
        cpuMs: cpuOf(pty.pid) - cpu,
        bytes: program.bytes - bytes,
        seconds: (performance.now() - began) / 1000,
      };
    },
    /** What was read from the pty is seen by all who listen. */
    take(chunk) {
      const at = performance.now();
      program.bytes += chunk.length;
      const text = lastWords.slice(1 - QUESTION.length) + chunk.toString('latin1');
      for (let count = text.split(QUESTION).length; count > 1; count--) pty.write(ANSWER);
      lastWords = (lastWords + chunk.toString('latin1')).slice(-200);
      for (const listener of [...listeners]) listener(chunk, at);
    },
    async close() {
      pty.kill('SIGKILL');
      await ended;
    },
  };
  pty.onData(program.take);
  return program;
}
