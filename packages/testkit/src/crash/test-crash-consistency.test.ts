import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { InMemoryCluster } from '../cluster.ts'
import { startCluster } from '../start-cluster.ts'
import { testClient } from '../testing/test-client.ts'
import type { CrashableService, CrashOptions } from './crash-options.ts'
import { testCrashConsistency } from './test-crash-consistency.ts'
import {
  believesAnswers,
  makesAnother,
  safe,
  saysDoneFirst,
  toyController,
  toyUser,
  wish,
} from './test/toy-controller.ts'
import type { ToyWork } from './test/toy-controller.ts'

let cluster: InMemoryCluster
beforeEach(async () => {
  cluster = await startCluster()
})
afterEach(() => cluster.stop())

const ref = { apiVersion: 'v1', kind: 'ConfigMap' }
const isDone = (): true | undefined => {
  const { data } = (cluster.get(ref, { name: 'wish' }) ?? {}) as { data?: { done?: string } }
  return data?.done === 'yes' ? true : undefined
}

/** A user wishes, and waits until it is done. */
const optionsFor = (work: () => ToyWork): CrashOptions => ({
  clusters: cluster,
  user: toyUser,
  start: toyController(cluster, work),
  scenario: async () => {
    await cluster.apply(wish)
    await cluster.wait(isDone)
  },
  quietMs: 20,
})

/** For runs that do not come to what is expected: each takes so long. */
const impatient = { timeoutMs: 3_000 }

describe('a controller', () => {
  it('that ends the same wherever it is stopped has no problems', async () => {
    const report = await testCrashConsistency(optionsFor(safe))
    expect(report).toMatchObject({ problems: [], unreached: [] })
    expect(report.writes.map(({ index, text }) => `${index} ${text}`)).toEqual([
      '1 create configmaps default/child',
      '2 patch configmaps default/wish',
    ])
    expect(report.runs.map(({ write, mode, outcome }) => [write.index, mode, outcome])).toEqual([
      [1, 'stop before effect', 'converged'],
      [1, 'stop after effect', 'converged'],
      [1, 'lose answer', 'converged'],
      [2, 'stop before effect', 'converged'],
      [2, 'stop after effect', 'converged'],
      [2, 'lose answer', 'converged'],
    ])
    expect(report.summary).toMatch(/^2 writes, 6 runs: 6 converged; \d+ s$/)
  })

  it.each([
    ['stop before effect', saysDoneFirst, 'create configmaps default/child', '- configmaps default/child'],
    ['stop after effect', saysDoneFirst, 'patch configmaps default/wish', '- configmaps default/child'],
    [
      'stop after effect',
      makesAnother,
      'create configmaps default/*',
      '+ configmaps default/child-* (2 of 2)',
    ],
    ['lose answer', believesAnswers, 'create configmaps default/*', '+ configmaps default/child-* (2 of 2)'],
  ] as const)('that is unsafe is caught: %s (%o)', async (mode, work, write, difference) => {
    const { problems, runs } = await testCrashConsistency({
      ...optionsFor(work),
      ...impatient,
      modes: [mode],
    })
    expect(runs.filter(({ outcome }) => outcome !== 'converged').map(({ write: { text } }) => text)).toEqual([
      write,
    ])
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(`${mode} of write `)
    expect(problems[0]).toContain(difference)
    expect(problems[0]).toContain(`repeat with only: [{"write":"${write}","mode":"${mode}"}]`)
  })

  it('that is unsafe in one way only is found safe in the others', async () => {
    const { runs } = await testCrashConsistency({ ...optionsFor(believesAnswers), ...impatient })
    expect(runs.filter(({ outcome }) => outcome !== 'converged').map(({ mode }) => mode)).toEqual([
      'lose answer',
    ])
  })

  it('is stopped when it is to be, and not when it only loses an answer', async () => {
    const starts: string[] = []
    const start = toyController(cluster, safe)
    const counted = (): ReturnType<typeof start> => {
      starts.push('start')
      return start()
    }
    const options = { ...optionsFor(safe), start: counted }
    const startsOf = async (more: Partial<CrashOptions>): Promise<number> => {
      starts.length = 0
      await testCrashConsistency({ ...options, ...more })
      return starts.length - 2 // of the undisturbed runs
    }
    const only = (mode: 'stop before effect' | 'stop after effect' | 'lose answer') => ({
      only: [{ write: 1, mode }],
    })
    expect(await startsOf(only('stop before effect'))).toBe(2)
    expect(await startsOf(only('stop after effect'))).toBe(2)
    expect(await startsOf(only('lose answer'))).toBe(1)
  })
})

describe('a stopped service', () => {
  it('has no effect any more, whatever it still sends', async () => {
    const { requests } = cluster
    // It takes its time to end, and goes on writing meanwhile.
    const start = (): Promise<CrashableService> => {
      const client = testClient(cluster, { identity: { user: toyUser, groups: ['system:masters'] } })
      const create = (name: string): Promise<unknown> =>
        client.post('/api/v1/namespaces/default/configmaps', { metadata: { name } }).catch(() => undefined)
      const work = create('child').then(() => create('afterwards'))
      return Promise.resolve({
        stop: () => work.then(() => client.close()),
        settled: () => work,
      })
    }
    const starts = { count: 0 }
    const options = {
      ...optionsFor(safe),
      start() {
        starts.count += 1
        return start()
      },
      scenario: () => undefined,
    }
    const { problems, runs } = await testCrashConsistency({ ...options, modes: ['stop before effect'] })
    expect(problems).toEqual([])
    expect(runs).toHaveLength(2)
    expect(starts.count).toBe(2 + 2 * 2)
    // Both writes of the first process when the first is hit, the second alone when that is.
    expect(requests.all({ user: toyUser, verb: 'create', status: 0 })).toHaveLength(3)
  })
})

describe('what proves nothing is told', () => {
  it('a start that answers nothing that can be stopped is an error', async () => {
    const start = (() => Promise.resolve()) as unknown as CrashOptions['start']
    await expect(testCrashConsistency({ ...optionsFor(safe), start })).rejects.toThrow(
      'testCrashConsistency: start: expected to answer an object with stop(), got undefined',
    )
  })

  it('a write that is not sent again is unreached', async () => {
    let lives = 0
    const oncePatched = (): ToyWork => {
      lives += 1
      const isUndisturbed = lives <= 2
      return async ({ isDone, create, markDone }) => {
        if (await isDone()) return
        await create({ name: 'child' })
        if (isUndisturbed) await markDone()
        await markDone()
      }
    }
    const only = [{ write: 'patch configmaps default/wish #2', mode: 'lose answer' }] as const
    const report = await testCrashConsistency({ ...optionsFor(oncePatched), only, tries: 2 })
    expect(report.problems).toEqual([])
    expect(report.unreached).toEqual([expect.stringContaining('patch configmaps default/wish #2: unreached')])
    expect(lives).toBe(4)
  })

  it('undisturbed runs that differ are an error', async () => {
    let lives = 0
    const moody = (): ToyWork => {
      lives += 1
      const name = `child-${lives}`
      return async ({ isDone, create, markDone }) => {
        if (await isDone()) return
        await create({ name })
        await markDone()
      }
    }
    await expect(testCrashConsistency({ ...optionsFor(moody), ...impatient })).rejects.toThrow(
      'undisturbed runs differ\n- configmaps default/child-1\n+ configmaps default/child-2',
    )
  })

  it('a service that writes nothing is an error', async () => {
    const idle = (): ToyWork => () => Promise.resolve()
    const options = { ...optionsFor(idle), scenario: () => cluster.apply(wish) }
    await expect(testCrashConsistency(options)).rejects.toThrow('toy wrote nothing in the undisturbed run')
    // Cleared up nevertheless.
    expect(cluster.get(ref, { name: 'wish' })).toBeUndefined()
  })

  it('a scenario that fails after a stop is a problem with its words', async () => {
    let lives = 0
    const options = optionsFor(safe)
    const scenario = async (): Promise<void> => {
      lives += 1
      await options.scenario()
      if (lives > 2) throw new Error('the child does not sleep')
    }
    const { problems } = await testCrashConsistency({
      ...options,
      scenario,
      only: [{ write: 1, mode: 'lose answer' }],
    })
    expect(problems).toEqual([expect.stringContaining('failed\n  the child does not sleep')])
  })
})

it('refuses options with which nothing would be tried', async () => {
  const options = optionsFor(safe)
  const refused = (more: object): Promise<void> =>
    expect(testCrashConsistency({ ...options, ...more })).rejects.toThrow(TypeError)
  await refused({ modes: [] })
  await refused({ modes: ['stop'] })
  await refused({ only: [] })
  await refused({ only: [{ write: 'create secrets default/none' }] })
  await refused({ only: [{ write: 1 }], sample: {} })
  await refused({ clusters: [] })
  await refused({ clusters: [cluster, cluster] })
  await refused({ user: [] })
  await refused({ timeout: 5 })
  await refused({ tries: 0 })
})
