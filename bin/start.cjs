// Starts dist/cli.js. Node 20 reads ES modules through libuv's thread pool, which takes one more free slot and aborts
// where there is none; so there they are read here, synchronously (vm.SourceTextModule, behind a flag of the launcher).
// Node 22 and later read them without the pool.
require('./nodeVersion.cjs');
const { readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { pathToFileURL } = require('node:url');
const vm = require('node:vm');

const cli = join(__dirname, '../dist/cli.js');
const modules = new Map();

function ofFile(file) {
  return new vm.SourceTextModule(readFileSync(file, 'utf8'), {
    identifier: file,
    initializeImportMeta: (meta) => void (meta.url = pathToFileURL(file).href),
    importModuleDynamically: async (word, from) => evaluated(find(word, from)),
  });
}

/** One of Node's own. */
function ofNode(name) {
  const own = require(name);
  const names = Object.keys(own).filter((key) => key !== 'default');
  return new vm.SyntheticModule(['default', ...names], function () {
    this.setExport('default', own);
    for (const key of names) this.setExport(key, own[key]);
  });
}

/** The bundle imports its own files by relative paths, and nothing else but Node's modules. */
function find(word, from) {
  const key = word.startsWith('.') ? join(dirname(from.identifier), word) : word;
  if (!modules.has(key)) modules.set(key, key === word ? ofNode(key) : ofFile(key));
  return modules.get(key);
}

async function evaluated(module) {
  if (module.status === 'unlinked') await module.link(find);
  await module.evaluate();
  return module;
}

if (vm.SourceTextModule !== undefined && parseInt(process.versions.node, 10) < 22) {
  evaluated(ofFile(cli));
} else import(pathToFileURL(cli).href);
