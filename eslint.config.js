import eslint from '@eslint/js';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** Engine rooms: time, randomness and I/O come in through the constructor (CONTRIBUTING.md, "Rules of the house"). */
const ENGINE = ['runtime', 'client', 'aggregators', 'checkpointers', 'delivery', 'scheduler', 'producer'].map(
  (room) => `src/${room}/**/*.ts`,
);

/** The only files that may touch the machine's own clock and random source. */
const SYSTEM_SOURCES = ['src/runtime/system-clock.ts', 'src/runtime/system-random.ts'];

export default tseslint.config(
  { ignores: ['**/dist/**', 'coverage/**', 'node_modules/**'] },
  eslint.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off',
      'max-lines': ['warn', { max: 320, skipBlankLines: false }],
    },
  },
  {
    files: [...ENGINE, 'src/testing/local-kinesis/engine/**/*.ts'],
    ignores: SYSTEM_SOURCES,
    rules: {
      'no-restricted-imports': ['error', { patterns: [{ group: ['@nestjs/*', 'rxjs', 'rxjs/*'] }] }],
      'no-restricted-globals': [
        'error',
        { name: 'setTimeout', message: 'Use the Clock.' },
        { name: 'setInterval', message: 'Use the Clock.' },
        { name: 'setImmediate', message: 'Use the Clock.' },
        { name: 'performance', message: 'Use the Clock.' },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Use the Clock.' },
        { object: 'Math', property: 'random', message: 'Use the Random.' },
      ],
    },
  },
  {
    // All but the command line is compiled to CommonJS, too.
    files: ['src/**/*.ts'],
    ignores: ['src/cli/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: 'MetaProperty[meta.name="import"]', message: 'CommonJS has no import.meta.' },
      ],
    },
  },
  { files: ['**/*.js'], extends: [tseslint.configs.disableTypeChecked] },
  {
    // The compatibility apps find their types where they are installed; the run that installs them checks these.
    files: ['test/compatibility/*/src/**/*.ts'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { parserOptions: { experimentalDecorators: true, emitDecoratorMetadata: true } },
  },
  prettier,
);
