// Loaded before anything else, in words that every Node understands: an old one would stop at the first new word of
// dist/cli.cjs with a page of its source. The launcher can't ask for the version without starting Node twice.
var parts = process.versions.node.split('.');
if (Number(parts[0]) * 100 + Number(parts[1]) < 2019) {
  process.stderr.write('slotop: Node ' + process.versions.node + ': Node 20.19 or later is needed\n');
  process.exit(2);
}
