export interface PortCase {
  /** For people. */
  readonly what: string;
  /** A script of test/support, and its arguments. */
  readonly words: readonly string[];
  readonly via?: readonly string[];
  /** TCP without this. */
  readonly proto?: 'tcp' | 'udp';
  /** The peers are not expected to find it. */
  readonly isHard?: true;
  /** Nobody can find a holder: it must be said to be hidden. */
  readonly isHidden?: true;
  readonly asNobody?: true;
}

export const PORT_CASES: readonly PortCase[];
export function heldBySs(text: string): ReadonlyMap<string, readonly number[]>;
export function pidsIn(text: string): readonly number[];
