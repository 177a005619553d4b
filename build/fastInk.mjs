// Which modules of Ink our build replaces, said once, for esbuild and for vitest. `stock:NAME` is always the module
// as published; the module itself is replaced for every importer (`within`: only for importers in that folder).
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const ink = dirname(fileURLToPath(import.meta.resolve('ink')));

export const REPLACED = [
  { name: 'ansi-tokenize', module: '@alcalzone/ansi-tokenize', by: 'ansiTokenize.ts' },
  { name: 'string-width', module: 'string-width', by: 'stringWidth.ts' },
  { name: 'ink-output', module: './output.js', within: ink, by: 'inkOutput.ts' },
  { name: 'ink-sanitize', module: './sanitize-ansi.js', within: ink, by: 'inkSanitize.ts' },
  { name: 'ink-line-update', module: './line-update.js', within: ink, by: 'inkLineUpdate.ts' },
  { name: 'ink-log-update', module: './log-update.js', within: ink, by: 'inkLogUpdate.ts' },
  { name: 'quick-lru', module: 'quick-lru', within: ink, by: 'quickLru.ts' },
];

/** The published module's file for `stock:NAME`, else our replacement's, else undefined: leave it alone. */
function lookUp(specifier, importer) {
  const stock = REPLACED.find(({ name }) => specifier === `stock:${name}`);
  if (stock) return { stock };
  const folder = importer ? dirname(importer) : '';
  const found = REPLACED.find(
    ({ module, within }) => module === specifier && (within === undefined || within === folder),
  );
  return found && { replacement: join(here, found.by) };
}

const FILTER =
  /^(stock:.*|@alcalzone\/ansi-tokenize|string-width|quick-lru|\.\/(output|sanitize-ansi|line-update|log-update)\.js)$/;

/** The esbuild plugin. With `fast: false` only `stock:` names are resolved, and Ink stays as published. */
export function esbuildFastInk({ fast = true } = {}) {
  return {
    name: 'fast-ink',
    setup(build) {
      build.onResolve({ filter: FILTER }, async ({ path, importer, kind, pluginData }) => {
        if (pluginData === here) return undefined; // our own question below
        const { stock, replacement } = lookUp(path, importer) ?? {};
        if (replacement && fast) return { path: replacement };
        if (!stock) return undefined;
        return build.resolve(stock.module, { kind, resolveDir: ink, pluginData: here });
      });
    },
  };
}

/** The same for Vite. Ink must be inlined (`server.deps.inline`), else Node loads it past every plugin. */
export function viteFastInk() {
  return {
    name: 'fast-ink',
    enforce: 'pre',
    resolveId(specifier, importer) {
      const { stock, replacement } = lookUp(specifier, importer?.replace(/\?.*$/, '')) ?? {};
      if (replacement) return replacement;
      if (!stock) return null;
      return this.resolve(stock.module, join(ink, 'index.js'), { skipSelf: true });
    },
  };
}
