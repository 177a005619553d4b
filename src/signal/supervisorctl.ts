// supervisord: the command that stops one of its programs.
import type { Proc } from '../types.ts';
import { quoted } from './quoted.ts';
import type { Case } from './supervisors.ts';

/** The word of its command line after an option. */
function valueOf({ cmdline = [] }: Proc, ...options: readonly string[]): string | undefined {
  const at = cmdline.findIndex((word) => options.includes(word));
  return at < 0 ? undefined : cmdline[at + 1];
}

/** What stops one program of supervisord's; it tells each what it is called (supervisord: Subprocess Environment). */
export function supervisorctlStop({ by, environ }: Pick<Case, 'by' | 'environ'>): string {
  const file = valueOf(by, '-c', '--configuration');
  const name = environ.get('SUPERVISOR_PROCESS_NAME') ?? 'NAME';
  const group = environ.get('SUPERVISOR_GROUP_NAME') ?? name;
  const program = group === name ? name : `${group}:${name}`;
  return `supervisorctl ${file === undefined ? '' : `-c ${quoted(file)} `}stop ${quoted(program)}`;
}
