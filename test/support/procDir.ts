// A folder on disk that looks like /proc, for parsers and for `--proc DIR`.
import { chownSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isRoot, tempFolder } from './liveProcess.ts';
import { selfFiles, systemFiles } from './procSystem.ts';
import { procFiles, type ProcSpec } from './procText.ts';

export interface ProcDirSpec {
  readonly processes: readonly ProcSpec[];
  /** Files of the root, by path (`net/tcp`, `1/status`): added to the defaults or in their place; undefined takes one away. */
  readonly files?: Readonly<Record<string, string | Uint8Array | undefined>>;
  /** The process that `self` points at; the first one by default. */
  readonly self?: number;
  readonly pidMax?: number;
}

export interface ProcDir {
  readonly root: string;
  write(path: string, content: string | Uint8Array): void;
  remove(path: string): void;
  /** Adds a process, or writes a whole new one over the old. */
  add(spec: ProcSpec): void;
}

/** Builds the folder; it is removed with the test. */
export function procDir(spec: ProcDirSpec): ProcDir {
  const root = tempFolder();
  const full = (path: string): string => join(root, path);
  const write = (path: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(full(path)), { recursive: true });
    writeFileSync(full(path), content);
  };
  const link = (path: string, target: string): void => {
    mkdirSync(dirname(full(path)), { recursive: true });
    symlinkSync(target, full(path));
  };
  const remove = (path: string): void => rmSync(full(path), { recursive: true, force: true });

  function add(p: ProcSpec): void {
    remove(String(p.pid));
    for (const [name, content] of Object.entries(procFiles(p))) write(`${p.pid}/${name}`, content);
    if (p.exe !== undefined) link(`${p.pid}/exe`, p.exe);
    link(`${p.pid}/cwd`, p.cwd ?? '/');
    mkdirSync(full(`${p.pid}/fd`));
    for (const [fd, target] of Object.entries(p.fds ?? {})) link(`${p.pid}/fd/${fd}`, target);
    link(`${p.pid}/ns/pid`, 'pid:[4026531836]');
    // All share one network namespace: the same file, so the same inode number. Another one: files: {'9/net/tcp': ...}
    link(`${p.pid}/net`, '../net');
    // The owner of the folder is the process's effective uid.
    if (isRoot) chownSync(full(String(p.pid)), p.uid ?? 0, p.uid ?? 0);
  }

  for (const [path, content] of Object.entries(systemFiles(spec.processes, spec.pidMax)))
    write(path, content);
  spec.processes.forEach(add);
  const self = spec.self ?? spec.processes[0]?.pid;
  if (self !== undefined) {
    link('self', String(self));
    for (const [name, content] of Object.entries(selfFiles())) write(`${self}/${name}`, content);
  }
  for (const [path, content] of Object.entries(spec.files ?? {})) {
    // A process with files of its own under net/ is in a namespace of its own.
    const own = /^(\d+\/net)\//.exec(path)?.[1];
    if (own !== undefined) rmSync(full(own), { force: true });
    if (content === undefined) remove(path);
    else write(path, content);
  }
  return { root, write, remove, add };
}
