import type { InMemoryCluster } from '../../cluster.ts'
import { configMap } from '../../builders/kubernetes.ts'
import { testClient } from '../../testing/test-client.ts'
import type { Answer, TestClient } from '../../testing/test-client.ts'
import type { CrashableService } from '../crash-options.ts'

export const toyUser = 'toy'
const path = '/api/v1/namespaces/default/configmaps'
const ref = { apiVersion: 'v1', kind: 'ConfigMap' }

/** What a user creates: a wish for one child. */
export const wish = configMap({ metadata: { name: 'wish' } })

/** What the toy does about a wish, with what it can ask for. Tried again when a request fails. */
export type ToyWork = (ask: {
  readonly isDone: () => Promise<boolean>
  readonly children: () => Promise<number>
  readonly create: (metadata: object) => Promise<Answer>
  readonly markDone: () => Promise<Answer>
}) => Promise<void>

/** Starts a controller that does `work()` about the wish, which is made anew for each process. */
export const toyController =
  (cluster: InMemoryCluster, work: () => ToyWork) => (): Promise<CrashableService> => {
    const client = testClient(cluster, { identity: { user: toyUser, groups: ['system:masters'] } })
    const stopping = new AbortController()
    const mine = work()
    const running = keepTrying(cluster, mine, client, stopping.signal)
    return Promise.resolve({
      async stop() {
        stopping.abort()
        await client.close()
        await running
      },
      settled: () => running,
    })
  }

const keepTrying = async (
  cluster: InMemoryCluster,
  work: ToyWork,
  client: TestClient,
  signal: AbortSignal,
): Promise<void> => {
  const made = { labels: { child: 'yes' } }
  while (!signal.aborted) {
    await cluster.wait(() => signal.aborted || cluster.get(ref, { name: 'wish' }))
    try {
      await work({
        isDone: async () => (await client.get(`${path}/wish`)).body.data?.done === 'yes',
        children: async () => (await client.get(`${path}?labelSelector=child`)).body.items.length,
        create: (metadata) => client.post(path, { metadata: { ...made, ...metadata } }),
        markDone: () => client.patch(`${path}/wish`, { data: { done: 'yes' } }),
      })
      return
    } catch {
      // the connection was cut
    }
  }
}

/** The child has a name of its own: to make it twice is to make it once. */
export const safe =
  (): ToyWork =>
  async ({ isDone, create, markDone }) => {
    if (await isDone()) return
    await create({ name: 'child' })
    await markDone()
  }

/** Says that it is done before it is. */
export const saysDoneFirst =
  (): ToyWork =>
  async ({ isDone, create, markDone }) => {
    if (await isDone()) return
    await markDone()
    await create({ name: 'child' })
  }

/** Forgets what it has made when it starts anew. */
export const makesAnother =
  (): ToyWork =>
  async ({ isDone, create, markDone }) => {
    if (await isDone()) return
    await create({ generateName: 'child-' })
    await markDone()
  }

/** Finds what a former process made, but takes an answer that did not come for a refusal. */
export const believesAnswers = (): ToyWork => {
  let looked: Promise<boolean> | undefined
  return async ({ isDone, children, create, markDone }) => {
    if (await isDone()) return
    looked ??= children().then((count) => count > 0)
    if (!(await looked)) await create({ generateName: 'child-' })
    await markDone()
  }
}
