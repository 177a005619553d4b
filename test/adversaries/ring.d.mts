import type { Result, Strategy } from './arena.ts';
import type { Scenario } from './scenarios.ts';
import type { Testimony } from './witness.ts';

export function whyNot(): string | undefined;
export function openRing(): Promise<{
  bout(scenario: Scenario, strategy?: Strategy): Promise<Result | undefined>;
  /** A sweep by that program, killed once it said that it would stop so many newcomers. */
  testify(cli: string, newcomers: number): Promise<Testimony>;
  close(): void;
}>;
