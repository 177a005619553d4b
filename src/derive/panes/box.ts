// What the signal box says: who would be hit, who would not and why, before anything is sent.
import type { Plan, RefusedTarget, Scope, Target } from '../../types.ts';
import { plural, tally } from '../format.ts';
import { fit, safe } from '../safe.ts';
import type { Theme } from '../style.ts';
import { below, lineEach } from './inSight.ts';
import type { Pane } from './pane.ts';
import { wrapped } from './wrap.ts';

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

function scopeLine({ plans, scope }: BoxLook, cols: number, theme: Theme): string {
  const words = (Object.keys(SCOPE_WORDS) as Scope[]).map((one) => {
    if (plans[one] === undefined) return theme.paint('dim', `(no ${one})`);
    return one === scope ? theme.paint('strong', `>${SCOPE_WORDS[one]}<`) : ` ${SCOPE_WORDS[one]} `;
  });
  const canFree = plans.port !== undefined && plans.port.targets.length > 0;
  const free = !canFree ? '' : cols < 80 ? '  [F]ree' : '   [F]ree the port';
  return ` scope    ${words.join(' ')}${free}`;
}

/** By its command: fifty processes called node are told apart by nothing else. */
function targetLine(target: Target, commandOf: CommandOf, theme: Theme): string {
  const word = (text: string, width: number): string => fit(safe(text, theme.ascii), width, 'left', '+');
  const ports = target.ports.length > 0 ? `:${target.ports.slice(0, 4).join(' :')} ` : '';
  const command = safe(commandOf(target) ?? target.name, theme.ascii);
  return `   ${fit(String(target.pid), 7, 'right')} ${word(target.user, 8)} ${target.state} ${ports}${command}`;
}

/** Where the values of the box stand. */
const TEXT_AT = 10;

/** What would be sent, and what that would end. */
function doingLines(
  look: BoxLook,
  choice: ChoiceLook,
  { targets }: Plan,
  cols: number,
  theme: Theme,
): string[] {
  const ports = [...new Set(targets.flatMap((target) => target.ports))].sort((a, b) => a - b);
  const slots = targets.reduce((sum, { nlwp }) => sum + nlwp, 0);
  const states = tally(targets.map(({ state }) => state));
  const holds = ports.length > 0 ? `   holds :${ports.slice(0, 6).join(' :')}` : '';
  const respawner = look.withRespawner ? 'YES' : 'no';
  const strong = (word: string): string => theme.paint('strong', word);
  const letters = ` signal   [T]ERM [S]TOP [C]ONT [K]ILL [E]scalate s[W]eep, [r]espawner too: ${respawner}`;
  return [
    ` states   ${states || '-'}${holds}   would free ${plural(slots, 'slot')}`,
    ...wrapped(letters, cols, TEXT_AT).map((line) => line.replace(/YES$/, strong)),
    ...wrapped(` Enter    ${choice.label}: ${choice.help}`, cols, TEXT_AT).map((line, i) =>
      i > 0 ? line : line.replace(choice.label, strong),
    ),
  ];
}

/** A remark of its own, on as many lines as it needs: it says what to do. */
function remark(text: string, cols: number, theme: Theme): string[] {
  return wrapped(` ! ${safe(text, theme.ascii)}`, cols, 3).map((line) => theme.paint('warn', line));
}

function refusedLine(target: RefusedTarget, theme: Theme): string {
  const text = ` ! ${fit(String(target.pid), 7, 'right')} ${safe(target.name, theme.ascii)} is spared: ${safe(target.reason, theme.ascii)}`;
  return theme.paint('warn', text);
}

/** The box for its present scope and choice, on a screen of so many columns. */
export function boxPane(
  look: BoxLook,
  choice: ChoiceLook,
  commandOf: CommandOf,
  theme: Theme,
  cols: number,
): Pane {
  const plan = look.plans[look.scope];
  if (plan === undefined) return { title: 'Signal', lines: [scopeLine(look, cols, theme)] };
  const { targets, refused, remarks = [] } = plan;
  const isSendable = targets.length > 0 || remarks.length === 0;
  const whose = tally(targets.map(({ user }) => safe(user, theme.ascii)));
  return {
    title: `Signal: ${safe(plan.label, theme.ascii)}`,
    lines: below([
      [
        scopeLine(look, cols, theme),
        ` targets  ${theme.paint('strong', plural(targets.length, 'process', 'processes'))}: ${whose || 'nobody'}   spared ${refused.length}`,
        ...(isSendable ? doingLines(look, choice, plan, cols, theme) : []),
        ...remarks.flatMap((text) => remark(text, cols, theme)),
        ...(look.careful
          ? [theme.paint('warn', ' the line under the cursor changed just now: look, then press')]
          : []),
        ...(look.forced === undefined
          ? []
          : [theme.paint('warn', ' ! hits it all the same: alone, and after its name was typed')]),
        ...refused.slice(0, 3).map((target) => refusedLine(target, theme)),
        ...(refused.length > 3 ? [theme.paint('warn', ` ! and ${refused.length - 3} more are spared`)] : []),
      ],
      lineEach(targets, (target) => targetLine(target, commandOf, theme)),
    ]),
  };
}
