import type { Result, Strategy } from './arena.ts';
import type { Scenario } from './scenarios.ts';

export function whyNot(): string | undefined;
export function openRing(): Promise<{
  bout(scenario: Scenario, strategy?: Strategy): Promise<Result>;
  close(): void;
}>;
