import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

// The only files that must erase types: the op record's meeting point with the tape, the list of all ops, and the
// derivation of methods from ops.
const typeErasing = [
  'packages/core/src/tape/record.ts',
  'packages/core/src/ops/all.ts',
  'packages/core/src/methods.ts',
];

const relativeImportsNameTheFile = [
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
].map((node) => ({
  selector: `${node}[source.value=/^\\.{1,2}(\\u002F|$)/]:not([source.value=/\\.(ts|mjs|cjs|json)$/])`,
  message:
    "Relative imports name the file, extension included: './shape.ts'. Plain Node needs it in the ES build.",
}));
const noSideEffectImports = {
  selector: 'ImportDeclaration[specifiers.length=0]:not([source.value=/(^|\\u002F)(methods|index)\\.ts$/])',
  message: 'Nothing but methods.ts (and an index.ts) may be imported for its side effects.',
};
const noDoubleAssertion = {
  selector: "TSAsExpression > TSAsExpression.expression[typeAnnotation.type='TSUnknownKeyword']",
  message: '`as unknown as` hides a type error; find the type that is true.',
};
const noBareMath = {
  selector: "CallExpression[callee.object.name='Math']",
  message:
    'Cache it at module level, `const { exp } = Math`: under Jest a bare Math.exp costs twenty times more.',
};

export default defineConfig(
  globalIgnores(['**/dist/', '**/coverage/', 'packages/kernels/assembly/', '**/*.generated.ts']),
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/use-unknown-in-catch-callback-variable': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true, allowArray: true, allowNullish: true },
      ],
      eqeqeq: 'error',
      // Published coefficients are kept as published, with all their digits.
      'no-loss-of-precision': 'off',
      'no-restricted-syntax': ['error', ...relativeImportsNameTheFile],
    },
  },
  {
    files: ['packages/*/src/**/*.ts'],
    ignores: ['**/*.cases.ts'],
    rules: {
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      'max-lines': ['error', { max: 350, skipBlankLines: true, skipComments: true }],
      'no-console': ['error', { allow: ['warn'] }],
      'no-restricted-syntax': [
        'error',
        ...relativeImportsNameTheFile,
        noSideEffectImports,
        noDoubleAssertion,
      ],
    },
  },
  {
    // Hot loops live only in this package.
    files: ['packages/kernels/src/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...relativeImportsNameTheFile,
        noSideEffectImports,
        noDoubleAssertion,
        noBareMath,
      ],
    },
  },
  {
    files: typeErasing,
    rules: {
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/explicit-module-boundary-types': [
        'error',
        { allowArgumentsExplicitlyTypedAsAny: true },
      ],
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      'no-restricted-syntax': ['error', ...relativeImportsNameTheFile, noSideEffectImports],
    },
  },
  {
    files: ['packages/*/test/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        ...['describe', 'it', 'test'].map((object) => ({
          object,
          property: 'only',
          message: 'A focused test silences all others.',
        })),
      ],
    },
  },
  {
    // Type-checked by tsconfig.test.json, which also knows Node's globals.
    files: ['**/*.mjs', '**/*.cjs'],
    rules: { 'no-undef': 'off' },
  },
);
