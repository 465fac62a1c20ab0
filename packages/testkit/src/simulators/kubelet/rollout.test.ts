import { expect, test } from 'vitest'
import type { Deployment } from '@odfmo/api-types'
import type { Pod } from '../extra-kinds.ts'
import { rollout, templateHash, templateHashLabel } from './rollout.ts'

const deployment = (type: string, replicas = 1, deletionTimestamp?: string): Deployment => ({
  metadata: { name: 'd', deletionTimestamp },
  spec: {
    replicas,
    selector: {},
    strategy: { type },
    template: { spec: { containers: [{ name: 'c', image: 'new' }] } },
  },
})
const now = templateHash(deployment('Recreate'))
const pod = (name: string, hash: string, ready = true, deleting = false): Pod => ({
  metadata: {
    name,
    labels: { [templateHashLabel]: hash },
    ...(deleting ? { deletionTimestamp: 'now' } : {}),
  },
  status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
})

const cases: readonly [string, Deployment, Pod[], string[], number, string[]][] = [
  ['none yet: create', deployment('Recreate'), [], [], 1, []],
  ['as many as wanted: nothing', deployment('Recreate'), [pod('a', now)], [], 0, []],
  ['Recreate: the old one goes first', deployment('Recreate'), [pod('a', 'old')], [], 0, ['a']],
  [
    'Recreate: wait for the old one that is going',
    deployment('Recreate'),
    [pod('a', 'old', true, true)],
    [],
    0,
    [],
  ],
  ['Recreate: wait for the old process', deployment('Recreate'), [], ['old'], 0, []],
  [
    'a process of the present template that ends is replaced at once',
    deployment('Recreate'),
    [],
    [now],
    1,
    [],
  ],
  [
    'scaled down: the one that is not ready goes',
    deployment('Recreate', 1),
    [pod('a', now), pod('b', now, false)],
    [],
    0,
    ['b'],
  ],
  ['scaled to none', deployment('Recreate', 0), [pod('a', now)], [], 0, ['a']],
  ['rolling: the new one beside the old', deployment('RollingUpdate'), [pod('a', 'old')], [], 1, []],
  [
    'rolling: the old one stays until the new is ready',
    deployment('RollingUpdate'),
    [pod('a', 'old'), pod('b', now, false)],
    [],
    0,
    [],
  ],
  [
    'rolling: the old one goes when the new is ready',
    deployment('RollingUpdate'),
    [pod('a', 'old'), pod('b', now)],
    [],
    0,
    ['a'],
  ],
  ['being deleted: nothing', deployment('Recreate', 1, 'now'), [], [], 0, []],
]

test.each(cases)('%s', (_, wanted, pods, ending, create, remove) => {
  const plan = rollout({ deployment: wanted, pods, ending })
  expect({ create: plan.create, remove: plan.remove.map(({ metadata }) => metadata.name) }).toEqual({
    create,
    remove,
  })
})
