// `slotop version`, `slotop --version`.
import { EXIT } from '../signal/report.ts';
import type { Command } from './command.ts';

/** The version of package.json; a test keeps the two together. */
export const VERSION = '0.1.0';

export const version: Command = {
  name: 'version',
  usage: 'version',
  summary: 'show the version',
  options: {},
  run({ stdio }) {
    stdio.out(`slotop ${VERSION}\n`);
    return EXIT.holds;
  },
};
