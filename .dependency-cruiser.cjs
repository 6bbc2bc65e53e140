'use strict';

// The packages, lowest first. Arrows only point down this list (type imports count).
const layers = ['kernels', 'core', 'gradcheck', 'nn', 'optim', 'data', 'retrograd'];

// Pairs the order alone would allow.
const strangers = [
  { from: 'optim', to: 'nn', comment: 'An optimiser sees parameters, not modules.' },
  { from: 'data', to: 'optim', comment: 'Data know nothing of optimisers.' },
  {
    from: 'optim',
    to: 'gradcheck',
    comment: 'Checking gradients is for tests; it is not shipped with optimisers.',
  },
  {
    from: 'data',
    to: 'gradcheck',
    comment: 'Checking gradients is for tests; it is not shipped with datasets.',
  },
];

// nn's one entry that may use the checker: an optional peer dependency.
const nnTester = '^packages/nn/src/layerwise/jacobian([.]ts$|/)';

const shipped = '[.](cases|test)[.]ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Mutually adjoint ops share a file; everything else has a direction.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment: 'An import must lead somewhere; only a benchmark with peers installs what bench/peers import.',
      severity: 'error',
      from: { pathNot: '^bench/peers/' },
      to: { couldNotResolve: true },
    },
    ...layers.slice(0, -1).map((layer, i) => ({
      name: `${layer}-imports-only-downward`,
      comment: `Packages, lowest first: ${layers.join(', ')}.`,
      severity: 'error',
      from: { path: `^packages/${layer}/src/`, pathNot: shipped },
      to: { path: `^packages/(${layers.slice(i + 1).join('|')})/` },
    })),
    ...strangers.map(({ from, to, comment }) => ({
      name: `${from}-knows-nothing-of-${to}`,
      comment,
      severity: 'error',
      from: { path: `^packages/${from}/src/`, pathNot: shipped },
      to: { path: `^packages/${to}/` },
    })),
    {
      name: 'nn-knows-nothing-of-gradcheck',
      comment: 'Checking gradients is for tests; only the layerwise tester, an entry of its own, does.',
      severity: 'error',
      from: { path: '^packages/nn/src/', pathNot: [shipped, nnTester] },
      to: { path: ['^packages/gradcheck/', nnTester] },
    },
    {
      name: 'other-packages-by-name',
      comment: 'Another package is imported by its name, never by a path into its folder.',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: {
        path: '^packages/',
        pathNot: '^packages/$1/',
        dependencyTypes: ['local'],
        dependencyTypesNot: ['aliased'],
      },
    },
    {
      name: 'packages-by-name',
      comment: 'Examples, benchmarks and scripts are users: they import packages by name.',
      severity: 'error',
      from: { path: '^(examples|bench|scripts)/' },
      to: { path: '^packages/', dependencyTypes: ['local'], dependencyTypesNot: ['aliased'] },
    },
    {
      name: 'src-without-tests',
      comment: 'What is shipped imports neither op cases nor tests.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: shipped },
      to: { path: ['[.]cases[.]ts$', '^packages/[^/]+/test/', '^(examples|bench|scripts)/'] },
    },
    {
      name: 'no-third-party-code',
      comment:
        "What is shipped depends on nothing but our own packages; file formats, drawing and gradcheck's command and fast-check entry excepted.",
      severity: 'error',
      from: {
        path: '^packages/[^/]+/src/',
        pathNot: [
          shipped,
          '^packages/gradcheck/src/(cli|fastCheck)[/.]',
          '^packages/data/src/',
          '^packages/nn/src/graph/svg[.]ts$',
        ],
      },
      to: { path: 'node_modules/' },
    },
    {
      name: 'fast-check-entry-needs-fast-check-only',
      comment: 'fast-check is an optional peer dependency of this entry.',
      severity: 'error',
      from: { path: '^packages/gradcheck/src/fastCheck[/.]' },
      to: { path: 'node_modules/', pathNot: 'node_modules/fast-check/' },
    },
    {
      name: 'command-and-fast-check-stand-apart',
      comment: 'Whoever imports gradcheck gets neither the command nor fast-check.',
      severity: 'error',
      from: { path: '^packages/gradcheck/src/', pathNot: '^packages/gradcheck/src/(cli|fastCheck)[/.]' },
      to: { path: '^packages/gradcheck/src/(cli|fastCheck)[/.]' },
    },
    {
      name: 'runs-anywhere',
      comment: 'These packages also run in browsers: no Node modules, but for entries of their own.',
      severity: 'error',
      from: {
        path: '^packages/[^/]+/src/',
        pathNot: [shipped, '^packages/gradcheck/src/cli/', '^packages/data/src/files/'],
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'shape-imports-errors-only',
      severity: 'error',
      from: { path: '^packages/core/src/shape[.]ts$' },
      to: { path: '.', pathNot: '^packages/core/src/errors[.]ts$' },
    },
    {
      name: 'tensor-knows-no-ops',
      comment: 'methods.ts gives Tensor its ops.',
      severity: 'error',
      from: { path: '^packages/core/src/tensor[.]ts$' },
      to: { path: '^packages/core/src/(ops/|methods[.]ts$)' },
    },
    {
      name: 'record-knows-neither-backward-nor-ops',
      severity: 'error',
      from: { path: '^packages/core/src/tape/record[.]ts$' },
      to: { path: '^packages/core/src/(tape/backward[.]ts$|ops/)' },
    },
    {
      name: 'methods-are-attached-once',
      comment: 'Only index.ts loads methods.ts.',
      severity: 'error',
      from: { path: '^packages/core/src/', pathNot: ['/index[.]ts$', shipped] },
      to: { path: '^packages/core/src/methods[.]ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: {
      path: ['/dist/', '/node_modules/[.]cache/', '^scripts/golden/', '^bench/(node_modules|peers)/'],
    },
    combinedDependencies: true,
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.test.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@retrograd/source', 'import', 'require', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
      extensions: ['.ts', '.mjs', '.cjs', '.js', '.json', '.d.ts'],
    },
  },
};
