// COMMANDS: the command line's registry. A new command is a file of its own and a word here.
import type { Command } from './command.ts';
import { completionOf } from './completion.ts';
import { free } from './free.ts';
import { helpOf } from './help.ts';
import { kill } from './kill.ts';
import { list } from './list.ts';
import { ports } from './ports.ts';
import { rescue } from './rescue.ts';
import { signal } from './signal.ts';
import { slots } from './slots.ts';
import { sweep } from './sweep.ts';
import { version } from './version.ts';

export const COMMANDS: readonly Command[] = [
  list,
  ports,
  slots,
  signal,
  kill,
  sweep,
  free,
  rescue,
  completionOf(() => COMMANDS),
  helpOf(() => COMMANDS),
  version,
];

export function commandOf(name: string | undefined): Command | undefined {
  return COMMANDS.find((command) => command.name === name);
}
