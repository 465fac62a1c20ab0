import { byKubectl } from '../../conformance-case.ts'
import type { Cases } from '../../conformance-case.ts'
import { configMap, define, deployment, undefine, service, ownObject } from './given.ts'

const image = (name: string): string => `registry.example.com/${name}`

const knob = { singular: 'knob', kind: 'Knob' }

export const apply: Cases = {
  'objects are applied, changed, pruned of fields and shown as a diff': byKubectl(async (api) => {
    const all = [configMap('a', { k: '1', gone: 'x' }), deployment('web'), service('web')]
    await api.kubectl('apply -f -', { stdin: all })
    await api.kubectl('apply -f -', { stdin: all })
    const changed = [configMap('a', { k: '2' }), deployment('web', { replicas: 5, image: image('web:2') })]
    await api.kubectl('diff -f -', { stdin: changed, exitCode: 1, mask: diffTimes })
    await api.kubectl('apply -f - --dry-run=server', { stdin: changed })
    await api.kubectl('apply -f -', { stdin: changed })
    await api.kubectl('diff -f -', { stdin: changed })
    await api.kubectl('get cm a -o yaml')
    await api.kubectl('apply view-last-applied cm/a')
    await api.kubectl('create cm plain --from-literal=a=b')
    await api.kubectl('apply -f -', { stdin: [configMap('plain', { a: 'c' })] })
    await api.kubectl('apply set-last-applied --create-annotation -f -', {
      stdin: [configMap('plain', { z: '1' })],
    })
    await api.kubectl('apply -f - --prune -l set=one', {
      stdin: [configMap('one', { a: '1' }, { set: 'one' }), configMap('two', { a: '1' }, { set: 'one' })],
    })
    await api.kubectl(
      `apply -f - --prune -l set=one --prune-allowlist=core/v1/ConfigMap --namespace=${api.namespace}`,
      { stdin: [configMap('one', { a: '1' }, { set: 'one' })] },
    )
    await api.kubectl('get cm -l set=one -o name')
    await api.kubectl('apply -f - --validate=strict', {
      stdin: [{ ...configMap('wrong', {}), dota: {} }],
      exitCode: 1,
    })
    await api.kubectl('apply -f - --validate=warn', { stdin: [{ ...configMap('warned', {}), dota: {} }] })
    await api.kubectl('apply -f - --validate=ignore', { stdin: [{ ...configMap('ignored', {}), dota: {} }] })
    await api.kubectl('apply -f -', {
      stdin: 'apiVersion: v1\nkind: Nothing\nmetadata: {name: a}\n',
      exitCode: 1,
    })
    await api.kubectl('apply -f -', { stdin: 'apiVersion: v1\nkind: ConfigMap\n', exitCode: 1 })
    await api.kubectl('apply -f -', { stdin: 'a: [\n', exitCode: 1 })
    await api.kubectl('apply -f nowhere.yaml', { exitCode: 1 })
  }),

  'objects are applied by the server, with owners of fields and conflicts': byKubectl(async (api) => {
    await api.kubectl('apply --server-side -f -', { stdin: [configMap('a', { k: '1', l: '1' })] })
    await api.kubectl('apply --server-side -f -', { stdin: [configMap('a', { k: '1', l: '1' })] })
    await api.kubectl('apply --server-side --field-manager=other -f -', {
      stdin: [configMap('a', { k: '2' })],
      exitCode: 1,
    })
    await api.kubectl('apply --server-side --field-manager=other --force-conflicts -f -', {
      stdin: [configMap('a', { k: '2' })],
    })
    await api.kubectl('get cm a -o yaml --show-managed-fields')
    await api.kubectl('apply --server-side -f -', { stdin: [configMap('a', { l: '1' })] })
    await api.kubectl("get cm a -o jsonpath='{.data}'")
    await api.kubectl('apply --server-side --dry-run=server -f -', { stdin: [configMap('a', { l: '2' })] })
    await api.kubectl('diff --server-side -f -', {
      stdin: [configMap('a', { l: '2' })],
      exitCode: 1,
      mask: diffTimes,
    })
    await api.kubectl('diff --server-side -f -', { stdin: [configMap('a', { l: '1' })], mask: diffTimes })
    await api.kubectl('apply --server-side -f -', { stdin: [deployment('web')] })
    await api.kubectl('scale deploy web --replicas=7')
    await api.kubectl('apply --server-side -f -', { stdin: [deployment('web')], exitCode: 1 })
    await api.kubectl('apply --server-side --force-conflicts -f -', { stdin: [deployment('web')] })
    await api.kubectl("get deploy web -o jsonpath='{.spec.replicas}'")
    await api.kubectl(
      'get deploy web --show-managed-fields -o jsonpath=\'{range .metadata.managedFields[*]}{.manager} {.operation} {.subresource}{"\\n"}{end}\'',
    )
    await api.kubectl('apply -f -', { stdin: [configMap('client', { k: '1' })] })
    await api.kubectl('apply --server-side -f -', { stdin: [configMap('client', { k: '2' })] })
    await api.kubectl(
      'get cm client --show-managed-fields -o jsonpath=\'{range .metadata.managedFields[*]}{.manager} {.operation}{"\\n"}{end}\'',
    )
    await api.kubectl('apply --server-side -f -', {
      stdin: [{ ...configMap('wrong', {}), dota: { a: 1 } }],
      exitCode: 1,
    })
  }),

  'custom objects are applied both ways': byKubectl(async (api) => {
    await define(api, knob)
    await api.kubectl('apply -f -', {
      stdin: [ownObject(api, knob, 'a', { size: 1, parts: [{ name: 'p' }] })],
    })
    await api.kubectl('diff -f -', {
      stdin: [ownObject(api, knob, 'a', { size: 2 })],
      exitCode: 1,
      mask: diffTimes,
    })
    await api.kubectl('apply -f -', { stdin: [ownObject(api, knob, 'a', { size: 2 })] })
    await api.kubectl('get knob a -o yaml')
    await api.kubectl('apply -f -', {
      stdin: [ownObject(api, knob, 'bad', { size: 0 })],
      exitCode: 1,
    })
    await api.kubectl('apply -f -', { stdin: [ownObject(api, knob, 'bad', { size: 'big' })], exitCode: 1 })
    await api.kubectl('apply -f -', {
      stdin: [ownObject(api, knob, 'bad', { size: 1, sice: 1 })],
      exitCode: 1,
    })
    await api.kubectl('apply -f -', { stdin: [ownObject(api, knob, 'bad', {})], exitCode: 1 })
    await api.kubectl('apply --server-side -f -', { stdin: [ownObject(api, knob, 'b', { size: 1 })] })
    await api.kubectl('apply --server-side --field-manager=other -f -', {
      stdin: [ownObject(api, knob, 'b', { size: 2 })],
      exitCode: 1,
    })
    await api.kubectl('apply --server-side -f -', {
      stdin: [ownObject(api, knob, 'b', { size: 1, sice: 1 })],
      exitCode: 1,
    })
    await undefine(api, knob)
  }),
}

/** The head of a file in a diff has when it was written. */
const diffTimes = /\t\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d+ \+0000/g
