import path from 'node:path'
import { expect, test } from 'vitest'
import { packageGraphProblems } from './package-graph.ts'
import { importsOf, readWorkspace } from './workspace.ts'

test('every breach in the bad workspace is reported, and nothing else', () => {
  const problems = packageGraphProblems(
    readWorkspace(path.join(import.meta.dirname, 'fixtures/package-graph')),
  )
  expect(problems).toEqual([
    'packages/controller-kit/package.json: publishConfig.exports names @odfmo/source, but sources are not published',
    'packages/controller-kit/src/cache/index.ts: controller-kit must not import @odfmo/api-types (it may: api-types/meta)',
    "packages/controller-kit/src/cache/index.ts: index.ts is at a package's root only",
    'packages/controller-kit/src/index.ts: list the exported names; export * makes the surface an accident',
    'packages/hub-controller/src/agents.ts: hub-controller must not import @odfmo/token-exchange-agent (it may: api-types, secret-naming, secret-exchange, controller-kit, console-init)',
    'packages/hub-controller/src/agents.ts: hub-controller must not import @odfmo/testkit (it may: api-types, secret-naming, secret-exchange, controller-kit, console-init)',
    'packages/hub-controller/src/agents.ts: imports @odfmo/api-types, which package.json does not declare',
    'packages/hub-controller/src/agents.ts: hub-controller must not import @odfmo/webhook (it may: api-types, secret-naming, secret-exchange, controller-kit, console-init)',
    'packages/secret-naming/package.json: the name must be @odfmo/secret-naming, as its folder',
    'packages/secret-naming/package.json: secret-naming must not depend on secret-exchange (it may on: api-types)',
    'packages/secret-naming/src/hash.ts: secret-naming is pure and runs in a browser too; it must not import node:crypto',
    'packages/surprise/package.json: a new package; say in tools/lint/package-graph.ts what it may import',
    'packages/testkit/package.json: testkit must not depend on controller-kit, not for its tests either',
    'packages/testkit/src/cluster.test.ts: testkit must not import @odfmo/controller-kit (it may: api-types)',
    'package.json: yaml "^2.9.1": versions are exact',
    'tools/demo.ts: tools start services as processes, they do not import @odfmo/hub-controller',
  ])
})

test.each([
  ["import a from 'a'", ['a']],
  ['import \'a\'\nimport type { b } from "b"', ['a', 'b']],
  ["import {\n  a,\n  b,\n} from 'a'\n", ['a']],
  ["export { a } from './a.ts'\nexport type { B } from './b.ts'", ['./a.ts', './b.ts']],
  ["const a = await import('a')", ['a']],
  ["const text = 'no import'\nexport const from = 'x'", []],
])('the imports of %j are found', (text, imports) => {
  expect(importsOf(text)).toEqual(imports)
})
