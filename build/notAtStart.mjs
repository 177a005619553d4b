// What packages do when they are loaded, and nobody needs before the first frame, or ever.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const source = (path) => readFileSync(path, 'utf8');

/** ICU's tables: 14 ms for the first segmenter of a process, 5 ms for that expression. */
const UNICODE = /^const (\w+) = (new Intl\.Segmenter\(.*\)|\/\^\\p\{RGI_Emoji\}\$\/v);$/gm;

/** Made at their first use, which ASCII (a sequence that colours) is none of: all of it but CR LF is a grapheme a character. */
function late(_declaration, name, value) {
  const made = `(${name}.made ??= ${value})`;
  if (!value.startsWith('new')) return `const ${name} = { test: (text) => ${made}.test(text) };`;
  return `const ${name} = {
  segment(text) {
    if (!/^[\\x1b\\x20-\\x7e]*$/.test(text)) return ${made}.segment(text);
    const segments = Array.from(text, (segment, index) => ({ segment, index, input: text }));
    return Object.assign(segments, { containing: (index) => segments[index] });
  },
};`;
}

/** Ink loads its devtools, and with them react-devtools-core, under DEV=true: a variable that others set for their own ends. */
const DEVTOOLS = /await (import\('\.\/devtools\.js'\)|loadPackageJson\(\))/g;

/** yoga's WebAssembly, which its loader would decode and compile asynchronously. */
const BINARY = /data:application\/octet-stream;base64,([\w+/=]+)/;
const YOGA = `
import load from '../binaries/yoga-wasm-base64-esm.js';
import wrapAssembly from './wrapAssembly.js';
import binary from 'yoga:binary';
const yoga = {
  instantiateWasm(imports, done) {
    const instance = new WebAssembly.Instance(new WebAssembly.Module(binary), imports);
    done(instance);
    return instance.exports;
  },
};
load(yoga);
export default wrapAssembly(yoga);
export * from './generated/YGEnums.js';
`;

/**
 * What Ink loads and never uses here: programs that measure a terminal which is none, what finds the place of an error in
 * its source (cli.ts says an error in one line), and a check of an argument (signal-exit). Between them they load Node's
 * child_process, module with its ES loader, and assert.
 */
const STANDS_FOR = {
  assert: 'export const equal = () => undefined;',
  'terminal-size': 'export default () => ({ columns: 80, rows: 24 });',
  'stack-utils': 'export default class { static nodeInternals() { return []; } parseLine() {} }',
};

/** Without this line it is the global of that name; with it, esbuild copies all of its properties in each of ten modules. */
const PROCESS = /^import process from 'node:process';$/m;

const PACKAGES =
  /node_modules\/(@alcalzone\/ansi-tokenize|chalk|cli-cursor|cli-truncate|ink|restore-cursor|slice-ansi|string-width|wrap-ansi)\/.*\.js$/;

/** Top-level await would make every importer asynchronous, and classic scripts (bundle.mjs) don't have it. */
export const notAtStart = {
  name: 'not-at-start',
  setup(build) {
    const on = (filter, contents) =>
      build.onLoad({ filter, namespace: 'file' }, ({ path }) => ({
        contents: contents(path),
        resolveDir: dirname(path),
      }));
    on(/ink\/build\/reconciler\.js$/, (path) =>
      source(path).replace(DEVTOOLS, 'undefined').replace(PROCESS, ''),
    );
    on(PACKAGES, (path) => source(path).replace(UNICODE, late).replace(PROCESS, ''));
    build.onResolve({ filter: /^(assert|terminal-size|stack-utils)$/ }, ({ path }) => ({
      path,
      namespace: 'stands-for',
    }));
    build.onLoad({ filter: /./, namespace: 'stands-for' }, ({ path }) => ({ contents: STANDS_FOR[path] }));
    on(/yoga-layout\/dist\/src\/index\.js$/, () => YOGA);
    on(/yoga-wasm-base64-esm\.js$/, (path) => source(path).replace(BINARY, ''));
    build.onResolve({ filter: /^yoga:binary$/ }, ({ resolveDir }) => ({
      path: join(resolveDir, '../binaries/yoga-wasm-base64-esm.js'),
      namespace: 'yoga',
    }));
    build.onLoad({ filter: /./, namespace: 'yoga' }, ({ path }) => ({
      contents: Buffer.from(BINARY.exec(source(path))[1], 'base64'),
      loader: 'binary',
    }));
  },
};
