// A program in a real pty, with a terminal emulator reading its screen. Nothing here knows slotop.
import { readSync } from 'node:fs';
import { spawn } from '@lydell/node-pty';
import { owned, watchOver, type Resource } from './cleanup.ts';
import { isAlive, processesWhere, signalExactly, statOf, waitUntil } from './identity.ts';
import { createScreen, type Screen } from './screen.ts';
import { stateHome } from './stateHome.ts';
import { keyBytes } from './termKeys.ts';

export interface TerminalOptions {
  readonly command: string;
  readonly args?: readonly string[];
  readonly cols?: number;
  readonly rows?: number;
  /** Added to this process's environment; undefined takes a variable out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly uid?: number;
}

export interface Exit {
  readonly exitCode: number;
  /** Number of the signal that ended it; 0 for none. */
  readonly signal: number;
}

export type Wanted = string | RegExp | ((lines: readonly string[]) => boolean);

export interface TestTerminal
  extends Pick<Screen, 'lines' | 'cell' | 'picture' | 'buffer' | 'cursorVisible'>, Resource, Disposable {
  readonly pid: number;
  /**
   * Waits until the screen shows it, looking after every complete frame. Frames in synchronized output (mode 2026)
   * are looked at as a whole only. Wait for the last line of a frame rather than for the first.
   * @throws Error with the screen when the deadline passes, or as soon as the program has ended without it
   */
  waitFor(wanted: Wanted, what?: string, timeoutMs?: number): Promise<void>;
  /** Keys by name (termKeys.ts), as quick as a machine types. Esc only as the last one: wait for its effect, or it is Alt. */
  press(...keys: readonly string[]): void;
  type(text: string): void;
  /** In brackets when the program asked for bracketed paste, as a terminal does. */
  paste(text: string): void;
  resize(cols: number, rows: number): void;
  /** Whether the terminal takes what the program writes; it does until told otherwise. */
  reads(isReading: boolean): void;
  /** While it does not read: it takes so many bytes at most. @returns how many came, when they are on the screen */
  take(most: number): Promise<number>;
  /** Settles after the last output was read. */
  readonly exit: Promise<Exit>;
  /** Everything the program wrote. */
  readonly bytes: { readonly count: number; readonly text: string };
  /** Ends the program and every process of its session, and waits until they are gone. */
  kill(): Promise<void>;
}

/** CI=false because Ink draws nothing where a CI variable is set, and our tests run with CI=true. */
const ENV = {
  CI: 'false',
  TERM: 'xterm-256color',
  LANG: 'C.UTF-8',
  LC_ALL: 'C.UTF-8',
  COLORTERM: undefined,
  COLUMNS: undefined,
  LINES: undefined,
  NO_COLOR: undefined,
  FORCE_COLOR: undefined,
  VITEST: undefined,
};

/** @returns how many bytes were there */
function readNow(fd: number, chunk: Buffer): number {
  try {
    return readSync(fd, chunk);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    return 0;
  }
}

/** Starts a program in a pty. It ends with the test at the latest (cleanup.ts). */
export function openTerminal(options: TerminalOptions): TestTerminal {
  const { command, args = [], cols = 80, rows = 24 } = options;
  const home = stateHome(options.uid);
  const state = { XDG_STATE_HOME: home, XDG_CONFIG_HOME: home };
  const wantedEnv = Object.entries({ ...process.env, ...ENV, ...state, ...options.env });
  const pty = spawn(command, [...args], {
    name: 'xterm-256color',
    cols,
    rows,
    cwd: options.cwd ?? process.cwd(),
    env: Object.fromEntries(wantedEnv.filter(([, value]) => value !== undefined)),
    encoding: null,
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  });
  // node-pty reaps in a thread of its own: a short program may have come and gone already.
  const first = statOf(pty.pid);
  if (first !== undefined) watchOver(first);

  const chunks: Buffer[] = [];
  const watchers = new Set<() => void>();
  let ended: Exit | undefined;
  let sessionOver = false;
  const screen = createScreen(cols, rows, (answer) => {
    if (ended === undefined) pty.write(answer);
  });
  const notify = (): void => {
    for (const watcher of [...watchers]) watcher();
  };
  // With encoding null node-pty hands out buffers, whatever its types say.
  pty.onData((data) => show(data as unknown as Buffer));
  function show(chunk: Buffer, parsed?: () => void): void {
    chunks.push(chunk);
    screen.write(chunk, () => {
      notify();
      parsed?.();
    });
  }
  const exit = new Promise<Exit>((resolve) => {
    pty.onExit(({ exitCode, signal = 0 }) => {
      sessionOver = living().length === 0;
      screen.write('', () => {
        ended = { exitCode, signal };
        notify();
        resolve(ended);
      });
    });
  });

  const shows = (wanted: Wanted): boolean => {
    if (screen.midFrame) return false;
    const lines = screen.lines();
    if (typeof wanted === 'function') return wanted(lines);
    return typeof wanted === 'string' ? lines.join('\n').includes(wanted) : wanted.test(lines.join('\n'));
  };
  const send = (bytes: string): void => {
    if (ended !== undefined)
      throw new Error(`the program has ended ${JSON.stringify(ended)}\n${screen.picture()}`);
    pty.write(bytes);
  };
  // The leader's number is not given out again while its session has members. Once the leader is gone and no member
  // was left, that number may be anybody's: from then on it is not looked at again.
  const living = () =>
    sessionOver ? [] : processesWhere((stat) => stat.session === pty.pid).filter((stat) => isAlive(stat));
  const stopNow = (): void => living().forEach((member) => signalExactly(member, 'SIGKILL'));
  const stop = async (): Promise<void> => {
    await waitUntil(() => {
      stopNow(); // again each time: one of them may have forked in between
      return living().length === 0;
    }, `the session of ${command} ends`);
    await exit;
  };

  const terminal: Omit<TestTerminal, keyof Screen> = {
    pid: pty.pid,
    waitFor: (wanted, what = String(wanted), timeoutMs = 10_000) =>
      new Promise((resolve, reject) => {
        const settle = (problem?: string): void => {
          watchers.delete(look);
          clearTimeout(timer);
          if (problem === undefined) resolve();
          else reject(new Error(`${problem}: ${what}\n${screen.picture()}`));
        };
        const look = (): void => {
          if (shows(wanted)) settle();
          else if (ended !== undefined) settle(`the program ended ${JSON.stringify(ended)} without`);
        };
        const timer = setTimeout(() => settle(`not on the screen after ${timeoutMs} ms`), timeoutMs);
        watchers.add(look);
        look();
      }),
    press(...keys) {
      const esc = keys.findIndex((key) => key === 'Esc' || key === 'Escape');
      if (esc >= 0 && esc !== keys.length - 1) throw new Error('press Esc last, and wait for its effect');
      for (const key of keys) send(keyBytes(key, screen.applicationCursor));
    },
    type: send,
    paste: (text) => send(screen.bracketedPaste ? `\x1b[200~${text}\x1b[201~` : text.replaceAll('\n', '\r')),
    reads: (isReading) => (isReading ? pty.resume() : pty.pause()),
    async take(most) {
      const chunk = Buffer.alloc(most);
      const count = readNow((pty as unknown as { readonly fd: number }).fd, chunk);
      if (count > 0) await new Promise<void>((parsed) => show(chunk.subarray(0, count), parsed));
      return count;
    },
    exit,
    get bytes() {
      const all = Buffer.concat(chunks);
      return { count: all.length, text: all.toString('utf8') };
    },
    kill: stop,
    stop,
    stopNow,
    [Symbol.dispose]: stopNow,
  };
  const resize = (newCols: number, newRows: number): void => {
    screen.resize(newCols, newRows);
    pty.resize(newCols, newRows);
  };
  // The screen underneath, so that its getters stay live, and the program's side over it.
  const members = { ...Object.getOwnPropertyDescriptors(terminal), resize: { value: resize } };
  return owned(Object.create(screen, members) as TestTerminal);
}
