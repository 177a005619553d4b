import type { Plugin as EsbuildPlugin } from 'esbuild';
import type { Plugin as VitePlugin } from 'vitest/config';

export const REPLACED: readonly { name: string; module: string; within?: string; by: string }[];
export function esbuildFastInk(options?: { fast?: boolean }): EsbuildPlugin;
export function viteFastInk(): VitePlugin;
