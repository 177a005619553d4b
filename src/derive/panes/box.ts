// What the signal box says: who would be hit, who would not and why, before anything is sent.
import type { Plan, RefusedTarget, Scope, Target } from '../../types.ts';
import { plural, tally } from '../format.ts';
import { fit, safe } from '../safe.ts';
import type { Theme } from '../style.ts';
import type { Pane } from './pane.ts';

/** The command line of a target as it is known now; undefined when it has ended. */
export type CommandOf = (target: Target) => string | undefined;

/** What Enter would do. */
export interface ChoiceLook {
  readonly label: string;
  readonly help: string;
}

export interface BoxLook {
  readonly forced: Plan | undefined;
  readonly plans: Readonly<Record<Scope, Plan | undefined>>;
  readonly scope: Scope;
  readonly careful: boolean;
  /** A sweep takes in whoever starts its members again. */
  readonly withRespawner: boolean;
}

const SCOPE_WORDS: Readonly<Record<Scope, string>> = {
  selection: '[s]election',
  tree: '[t]ree',
  group: '[g]roup',
  port: '[p]ort',
};

function scopeLine({ plans, scope }: BoxLook, theme: Theme): string {
  const words = (Object.keys(SCOPE_WORDS) as Scope[]).map((one) => {
    if (plans[one] === undefined) return theme.paint('dim', `(no ${one})`);
    return one === scope ? theme.paint('strong', `>${SCOPE_WORDS[one]}<`) : ` ${SCOPE_WORDS[one]} `;
  });
  const free = plans.port === undefined ? '' : '   [F]ree the port';
  return ` scope    ${words.join(' ')}${free}`;
}

/** By its command: fifty processes called node are told apart by nothing else. */
function targetLine(target: Target, commandOf: CommandOf, theme: Theme): string {
  const word = (text: string, width: number): string => fit(safe(text, theme.ascii), width, 'left', '+');
  const ports = target.ports.length > 0 ? `:${target.ports.slice(0, 4).join(' :')} ` : '';
  const command = safe(commandOf(target) ?? target.name, theme.ascii);
  return `   ${fit(String(target.pid), 7, 'right')} ${word(target.user, 8)} ${target.state} ${ports}${command}`;
}

function refusedLine(target: RefusedTarget, theme: Theme): string {
  const text = ` ! ${fit(String(target.pid), 7, 'right')} ${safe(target.name, theme.ascii)} is spared: ${safe(target.reason, theme.ascii)}`;
  return theme.paint('warn', text);
}

/** The box for its present scope and choice. */
export function boxPane(look: BoxLook, choice: ChoiceLook, commandOf: CommandOf, theme: Theme): Pane {
  const plan = look.plans[look.scope];
  if (plan === undefined) return { title: 'Signal', lines: [scopeLine(look, theme)] };
  const { targets, refused } = plan;
  const ports = [...new Set(targets.flatMap((target) => target.ports))].sort((a, b) => a - b);
  const slots = targets.reduce((sum, { nlwp }) => sum + nlwp, 0);
  const whose = tally(targets.map(({ user }) => safe(user, theme.ascii)));
  const states = tally(targets.map(({ state }) => state));
  const holds = ports.length > 0 ? `   holds :${ports.slice(0, 6).join(' :')}` : '';
  return {
    title: `Signal: ${safe(plan.label, theme.ascii)}`,
    lines: [
      scopeLine(look, theme),
      ` targets  ${theme.paint('strong', plural(targets.length, 'process', 'processes'))}: ${whose || 'nobody'}   spared ${refused.length}`,
      ` states   ${states || '-'}${holds}   would free ${plural(slots, 'slot')}`,
      ` signal   [T]ERM [S]TOP [C]ONT [K]ILL [E]scalate s[W]eep, [r]espawner too: ${look.withRespawner ? theme.paint('strong', 'YES') : 'no'}`,
      ` Enter    ${theme.paint('strong', choice.label)}: ${choice.help}`,
      ...(look.careful
        ? [theme.paint('warn', ' the line under the cursor changed just now: look, then press')]
        : []),
      ...(look.forced === undefined
        ? []
        : [theme.paint('warn', ' ! hits it all the same: alone, and after its name was typed')]),
      ...refused.slice(0, 3).map((target) => refusedLine(target, theme)),
      ...(refused.length > 3 ? [theme.paint('warn', ` ! and ${refused.length - 3} more are spared`)] : []),
      ...targets.map((target) => targetLine(target, commandOf, theme)),
    ],
  };
}
