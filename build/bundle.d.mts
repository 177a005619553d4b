import type { BuildOptions } from 'esbuild';

export function bundleOptions(settings?: { readonly fast?: boolean }): BuildOptions;
export function bundle(): Promise<void>;
export function launcherFlags(): string[];
