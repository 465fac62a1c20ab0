import type { Fault, FaultRule } from '@odfmo/testkit'
import { hubUser } from '../../src/test/hub-process.ts'
import type { Random } from '../random.ts'
import type { Action } from '../step.ts'

const writes = ['create', 'patch', 'delete'] as const
const resources = [
  undefined,
  'secrets',
  'mirrorpeers',
  'configmaps',
  'drclusters',
  'managedclusteraddons',
  'manifestworks',
  'clusterrolebindings',
] as const

const faultOf = (
  random: Random,
): { readonly text: string; readonly fault: Fault; readonly verbs: readonly string[] } =>
  random.oneOf<{ text: string; fault: Fault; verbs: readonly string[] }>(
    { text: '500', fault: { kind: 'status', code: 500 }, verbs: [...writes, 'get', 'list', 'watch'] },
    { text: '503', fault: { kind: 'status', code: 503 }, verbs: [...writes, 'get', 'list'] },
    { text: '429', fault: { kind: 'status', code: 429, retryAfterSeconds: 1 }, verbs: [...writes, 'get'] },
    { text: '409', fault: { kind: 'status', code: 409, reason: 'Conflict' }, verbs: ['patch', 'delete'] },
    { text: 'refused by a webhook', fault: { kind: 'status', code: 403 }, verbs: ['create', 'patch'] },
    { text: 'invalid', fault: { kind: 'status', code: 422 }, verbs: ['patch'] },
    {
      text: 'cut before',
      fault: { kind: 'reset', when: 'before' },
      verbs: [...writes, 'get', 'list', 'watch'],
    },
    { text: 'answer lost', fault: { kind: 'reset', when: 'after' }, verbs: [...writes] },
    { text: 'answer cut', fault: { kind: 'cut' }, verbs: [...writes, 'list', 'watch'] },
    { text: 'late', fault: { kind: 'delay', ms: 3_000 }, verbs: [...writes, 'get', 'list'] },
    { text: 'answered late', fault: { kind: 'delay', ms: 40_000, when: 'after' }, verbs: [...writes] },
    { text: 'lagging watches', fault: { kind: 'lag', ms: 2_000 }, verbs: ['watch'] },
    { text: 'old reads', fault: { kind: 'stale', reads: 'cached' }, verbs: ['get', 'list', 'watch'] },
  )

const begin: Action = {
  name: 'fault',
  weight: 6,
  run({ cluster }, random) {
    const { text, fault, verbs } = faultOf(random)
    const resource = fault.kind === 'stale' ? undefined : random.pick(resources)
    // A patch that is refused for its content is not tried again: only where there is a condition that says so.
    const narrowed = fault.kind === 'status' && fault.code === 422 ? 'configmaps' : resource
    const rule: FaultRule = {
      match: { user: hubUser, verb: verbs, ...(narrowed === undefined ? {} : { resource: narrowed }) },
      fault,
      ...(fault.kind === 'stale' || fault.kind === 'lag'
        ? {}
        : { times: 1 + random.below(4), after: random.below(3) }),
    }
    cluster.faults.add(rule)
    return Promise.resolve(
      `from now on, ${narrowed ?? 'anything'}: ${text} (${rule.times ?? 'all'} times after ${rule.after ?? 0})`,
    )
  },
}

const end: Action = {
  name: 'faults end',
  weight: 4,
  run({ cluster }) {
    cluster.faults.clear()
    return Promise.resolve('all faults end')
  },
}

const disturb: Action = {
  name: 'disturb watches',
  weight: 3,
  run({ cluster: { faults } }, random) {
    const match = { user: hubUser }
    const what = random.oneOf('cut', 'end', 'expire', 'stall', 'lag', 'compact' as const)
    switch (what) {
      case 'cut':
        faults.dropWatches(match)
        break
      case 'end':
        faults.endWatches(match)
        break
      case 'expire':
        faults.failWatches({ code: 410, reason: 'Expired' }, match)
        break
      case 'stall':
        faults.stallWatches(match)
        break
      case 'lag':
        faults.lagWatches(1_500, match)
        break
      case 'compact':
        faults.compactHistory()
        faults.dropWatches(match)
        break
    }
    return Promise.resolve(`watches: ${what}`)
  },
}

export const faultActions: readonly Action[] = [begin, end, disturb]
