import { defineConfig } from 'oxlint'

// The rules of this code base. That each is really reported is proven by one bad file per rule in
// tools/lint/fixtures; globs begin with **/ so that the same rules reach those files.

interface ImportBan {
  readonly group: readonly string[]
  readonly message: string
}

const services = ['@odfmo/hub-controller', '@odfmo/token-exchange-agent', '@odfmo/webhook']
const pure = ['api-types', 'secret-naming', 'secret-exchange']
const tests = [
  '**/*.test.ts',
  '**/*.case.ts',
  '**/*.model.ts',
  '**/test/**',
  '**/bench/**',
  '**/conformance/**',
]
const rims = ['**/clock.ts', '**/*-clock.ts', '**/main.ts']

const everywhere: readonly ImportBan[] = [
  {
    group: services,
    message: 'Services never import each other: what two of them need belongs in a library.',
  },
  {
    group: ['./index.ts', '../index.ts', '../**/index.ts', './**/index.ts'],
    message: 'Inside a package import the file that has it; index.ts is for other packages (else: cycles).',
  },
  {
    group: ['@odfmo/*/src/**', '@odfmo/*/dist/**', '**/packages/**'],
    message: 'Import another package by its name; what its index.ts does not list is its own business.',
  },
]
const noInputOutput: ImportBan = {
  group: ['node:*', 'undici', 'pino', 'prom-client', '@odfmo/controller-kit', '@odfmo/testkit'],
  message:
    'This package is pure and runs in a browser too: take the data as an argument, leave I/O to the service.',
}
const noDecidingInputOutput: ImportBan = {
  group: [
    'node:fs',
    'node:fs/*',
    'node:net',
    'node:http',
    'node:https',
    'node:tls',
    'node:child_process',
    'node:timers',
    'node:timers/*',
    'undici',
    'pino',
  ],
  message: 'derived/ decides and does no I/O: read from the world, return what is wanted.',
}
const noTimers: ImportBan = {
  group: ['node:timers', 'node:timers/*'],
  message: 'Time is passed in (Clock), so that a test can move it.',
}
const metaOnly: ImportBan = {
  group: ['@odfmo/*', '!@odfmo/api-types', '!@odfmo/api-types/meta'],
  message: 'The kit knows Kubernetes, not storage.',
}
const noKit: ImportBan = {
  group: ['@odfmo/controller-kit', '@odfmo/secret-*'],
  message:
    'A fake that shares code with the client inherits its mistakes: the testkit has its own small loop.',
}

const restrictImports = (
  bans: readonly ImportBan[],
  paths: readonly { name: string; message: string }[] = [],
): [
  'error',
  { paths: { name: string; message: string }[]; patterns: { group: string[]; message: string }[] },
] => [
  'error',
  {
    paths: [...paths],
    patterns: [...everywhere, ...bans].map(({ group, message }) => ({ group: [...group], message })),
  },
]

const clockMessage = 'Time and randomness are passed in (Clock, seed): a test must be able to choose them.'

export default defineConfig({
  plugins: ['typescript', 'import', 'unicorn', 'oxc', 'promise', 'vitest', 'node'],
  categories: { correctness: 'error' },
  env: { node: true, es2024: true },
  // samples/ are projects of their own, whose packages are not here
  ignorePatterns: ['**/dist/**', '**/coverage/**', '**/generated/**', '**/samples/**', 'oxlint.config.ts'],
  rules: {
    'import/no-cycle': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/await-thenable': 'error',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/only-throw-error': 'error',
    'typescript/no-unnecessary-type-assertion': 'error',
    'typescript/ban-ts-comment': 'error',
    'no-empty': 'error',
    // A map that changes in the loop's body is walked through a copy.
    'unicorn/no-useless-spread': 'off',
    // A text spread into its code points is meant.
    'typescript/no-misused-spread': 'off',
    'no-restricted-imports': restrictImports([]),
    'vitest/no-focused-tests': 'error',
    'vitest/no-disabled-tests': 'error',
    'vitest/no-standalone-expect': 'off',
    'vitest/require-mock-type-parameters': 'off',
    'vitest/require-to-throw-message': 'off',
    'vitest/valid-title': 'off',
    'vitest/expect-expect': 'off',
    'vitest/no-conditional-tests': 'off',
    'vitest/no-conditional-expect': 'off',
    'vitest/valid-expect': 'off',
    'vitest/valid-describe-callback': 'off',
    'max-lines': ['warn', { max: 300 }],
    'max-lines-per-function': ['warn', { max: 80, skipBlankLines: true, skipComments: true }],
    'max-params': ['warn', { max: 4 }],
    complexity: ['warn', { max: 20 }],
  },
  overrides: [
    {
      files: ['**/packages/*/src/**'],
      rules: {
        'no-console': 'error',
        'unicorn/no-process-exit': 'error',
        'no-restricted-globals': [
          'error',
          ...['setTimeout', 'setInterval', 'setImmediate'].map((name) => ({ name, message: clockMessage })),
        ],
        'no-restricted-properties': [
          'error',
          { object: 'Date', property: 'now', message: clockMessage },
          { object: 'Math', property: 'random', message: clockMessage },
          { object: 'performance', property: 'now', message: clockMessage },
        ],
      },
    },
    {
      files: ['**/packages/*/src/**'],
      excludeFiles: [...rims, ...tests],
      rules: { 'no-restricted-imports': restrictImports([noTimers]) },
    },
    {
      files: pure.map((name) => `**/packages/${name}/src/**`),
      excludeFiles: tests,
      rules: { 'no-restricted-imports': restrictImports([noInputOutput]) },
    },
    {
      files: ['**/packages/controller-kit/src/**'],
      excludeFiles: tests,
      rules: {
        'no-restricted-imports': restrictImports(
          [metaOnly, noTimers],
          [
            {
              name: '@odfmo/api-types',
              message: 'The kit imports @odfmo/api-types/meta only: it knows Kubernetes, not storage.',
            },
          ],
        ),
      },
    },
    {
      files: ['**/packages/testkit/src/**'],
      rules: { 'no-restricted-imports': restrictImports([noKit]) },
    },
    {
      files: ['**/packages/*/src/derived/**'],
      excludeFiles: [...tests, '**/packages/controller-kit/**'],
      rules: { 'no-restricted-imports': restrictImports([noDecidingInputOutput]) },
    },
    {
      // Hub and agents in one process, on one clock: the only place where services meet.
      files: ['**/tools/chaos/**'],
      rules: { 'no-restricted-imports': 'off' },
    },
    {
      // The one place for time, and where a process begins and ends.
      files: rims,
      rules: {
        'no-restricted-globals': 'off',
        'no-restricted-properties': 'off',
        'unicorn/no-process-exit': 'off',
      },
    },
    {
      files: tests,
      rules: {
        'no-restricted-globals': 'off',
        'no-restricted-properties': 'off',
        // A matcher or a method taken from a plain object.
        'typescript/unbound-method': 'off',
        'max-lines': 'off',
        'max-lines-per-function': 'off',
      },
    },
  ],
})
