// `slotop rescue`: the script for a machine on which not even Node can be started. It is printed while there still is
// room, to be kept or pasted; dist/rescue.sh is the same file.
import { EXIT } from '../signal/report.ts';
import { Complaint, type Command } from './command.ts';

/** The text of src/rescue.sh: esbuild puts it here, so that the command needs no file of its own. */
declare const RESCUE_SCRIPT: string;

export const rescue: Command = {
  name: 'rescue',
  usage: 'rescue',
  summary: 'print the rescue script, which works when nothing can be started any more',
  options: {},
  more: () => [
    'Keep it: slotop rescue >/usr/local/sbin/rescue.sh. With no slot left, in the last shell:',
    '  . /usr/local/sbin/rescue.sh; rescue help         read into the shell; then rescue list, rescue kill NAME',
    '  exec sh /usr/local/sbin/rescue.sh start NAME     in its place: makes room and sweeps with slotop',
    'It forks nothing in dash, bash and busybox sh. To become root without a fork: exec sudo sh .../rescue.sh ...',
  ],
  run({ stdio }, words) {
    if (words.length > 0)
      throw new Complaint(`rescue: ${words.join(' ')}`, 'takes no words; it prints a script');
    stdio.out(RESCUE_SCRIPT);
    return EXIT.holds;
  },
};
