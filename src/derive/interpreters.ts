// How the command lines of interpreters are built: which options stand before the script. Data for derive/script.ts.

export interface Interpreter {
  /** Basenames it goes by. */
  readonly name: RegExp;
  /** Letters of one-dash options (they may stand together: -xu) that take nothing. A letter in no list ends the reading: `-c`. */
  readonly flags: string;
  /** Letters whose value is the rest of the word, or the next word. */
  readonly values?: string;
  /** Letters whose value, if any, is the rest of the word. */
  readonly attached?: string;
  /** Long options that bring their own code: no script. */
  readonly longCode?: readonly string[];
  /** Letter, or long option, whose value is what runs: `python -m http.server`, `java -jar app.jar`, `php -f x`. */
  readonly runs?: string;
  readonly longRuns?: readonly string[];
  /** Long options whose value is the next word (`--name=value` needs no mention). */
  readonly longValues?: readonly string[];
  /** A shell: `+x` is an option too, and letters behind a value letter are letters (`-eo pipefail`). */
  readonly shell?: boolean;
  /** Options are whole words behind one dash (java). */
  readonly longDash?: boolean;
  /** Words before the script (`deno run x.ts`); with these the script must look like a file, or it is a subcommand. */
  readonly verbs?: readonly string[];
  /** The first word is a class, which has no folders. */
  readonly classes?: boolean;
}

/** From the usage texts of each. A new interpreter is one record. */
export const INTERPRETERS: readonly Interpreter[] = [
  {
    name: /^(python|pypy)[\d.]*$/,
    flags: 'bBdEhiIOPqRsSuvVx',
    values: 'WX',
    runs: 'm',
    longValues: ['--check-hash-based-pycs'],
  },
  {
    name: /^(node|nodejs)$/,
    flags: 'cihv',
    values: 'rC',
    longCode: ['--eval', '--print', '--run'],
    longValues: [
      '--require',
      '--import',
      '--loader',
      '--experimental-loader',
      '--conditions',
      '--title',
      '--max-old-space-size',
      '--stack-size',
      '--input-type',
    ],
  },
  { name: /^ruby[\d.]*$/, flags: 'acdlnpsSvwyhU', values: 'IrEC', attached: 'TKWF0ix' },
  { name: /^perl[\d.]*$/, flags: 'acnpsStTuUvwWXf', values: 'I', attached: 'MmxiCd0lFD' },
  {
    name: /^(ba|da|z|k|mk|a)?sh$/,
    flags: 'aefhiklmnprtuvxBCEHPT',
    shell: true,
    values: 'oO',
    longValues: ['--rcfile', '--init-file'],
  },
  { name: /^php[\d.]*$/, flags: 'aeinlmqswvHh', values: 'cdzSt', runs: 'f' },
  {
    name: /^java$/,
    flags: '',
    longDash: true,
    longRuns: ['-jar', '-m', '--module'],
    longValues: [
      '-cp',
      '-classpath',
      '--class-path',
      '-p',
      '--module-path',
      '--upgrade-module-path',
      '--add-modules',
      '--add-opens',
      '--add-exports',
      '--add-reads',
      '--patch-module',
      '--limit-modules',
      '--enable-native-access',
      '--source',
    ],
    classes: true,
  },
  {
    name: /^deno$/,
    flags: 'Aqr',
    values: 'cL',
    longValues: ['--config', '--import-map', '--lock', '--log-level', '--env-file', '--cert'],
    verbs: ['run', 'serve', 'test', 'bench'],
  },
  {
    name: /^bun$/,
    flags: 'bi',
    values: 'rc',
    longCode: ['--eval', '--print'],
    longValues: [
      '--preload',
      '--require',
      '--import',
      '--config',
      '--cwd',
      '--env-file',
      '--port',
      '--filter',
    ],
    verbs: ['run', 'test'],
  },
];
