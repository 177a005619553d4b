// `slotop completion`: the script that lets a shell complete slotop's commands, options, columns and signals.
import { EXIT } from '../signal/report.ts';
import { Complaint, type Command } from './command.ts';
import { SHELLS } from './completionScripts.ts';

const KNOWN = Object.keys(SHELLS);

/** It lists the commands, of which it is one, so it is given them when it runs. */
export function completionOf(commands: () => readonly Command[]): Command {
  return {
    name: 'completion',
    usage: `completion ${KNOWN.join('|')}`,
    summary: 'print the script by which a shell completes this command line',
    options: {},
    choices: () => KNOWN,
    more: () => [
      'bash: eval "$(slotop completion bash)"      in ~/.bashrc',
      'zsh:  source <(slotop completion zsh)       in ~/.zshrc, after compinit',
      'fish: slotop completion fish | source       in ~/.config/fish/config.fish',
    ],
    run({ stdio }, [shell, ...more]) {
      const script = shell !== undefined && Object.hasOwn(SHELLS, shell) ? SHELLS[shell] : undefined;
      if (script === undefined || more.length > 0) {
        const what = ['completion', shell ?? '', ...more].join(' ').trim();
        throw new Complaint(what, `which shell? ${KNOWN.join(', ')}`);
      }
      stdio.out(`${script(commands()).join('\n')}\n`);
      return EXIT.holds;
    },
  };
}
