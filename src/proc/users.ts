// Names of users, from /etc/passwd: read once, because asking NSS would need a child process or a thread.
import type { Kernel } from '../kernel.ts';
import { readText } from './text.ts';

/** passwd(5): NAME:PASSWORD:UID:GID:... The first line of a uid wins, as getpwuid(3) has it. */
export function parsePasswd(text: string): Map<number, string> {
  const names = new Map<number, string>();
  for (const line of text.split('\n')) {
    const [name, , uid] = line.split(':');
    if (name === undefined || name === '' || uid === undefined || !/^\d+$/.test(uid)) continue;
    if (!names.has(Number(uid))) names.set(Number(uid), name);
  }
  return names;
}

/**
 * uid to name. A uid that /etc/passwd doesn't have (LDAP, a container's user) is shown as its number, an unknown uid
 * as "-". The file is opened at the first question.
 */
export function createUserNames(kernel: Kernel): (uid: number | undefined) => string {
  let names: Map<number, string> | undefined;
  return (uid) => {
    if (uid === undefined) return '-';
    names ??= parsePasswd(readText(kernel, '/etc/passwd') ?? '');
    return names.get(uid) ?? String(uid);
  };
}
