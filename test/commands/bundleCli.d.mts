export function bundleCli(outdir: string): Promise<void>;
