import type { BuildOptions } from 'esbuild';

export function bundleOptions(settings?: { readonly fast?: boolean }): BuildOptions;
export function bundle(outdir?: string): Promise<void>;
