import type { CaseApi } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'
import { hold, release } from './objects.ts'

const madePod = async (api: CaseApi, name: string, { spec = {}, metadata = {} } = {}) => {
  // admission looks it up, and a controller makes it after the namespace
  await api.until(api.in('serviceaccounts', 'default'), ({ status }) => status === 200, {
    show: ({ kind }) => ({ kind }),
  })
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...metadata },
    spec: { automountServiceAccountToken: false, containers: [{ name: 'a', image: 'none' }], ...spec },
  }
  const answer = await api.post(api.in('pods'), pod)
  answer.is(201)
}

export const pods: Cases = {
  'a pod that no node has is deleted at once': async (api) => {
    await madePod(api, 'a')
    const gone = await api.delete(api.in('pods', 'a'))
    gone.is(200, { kind: 'Pod', metadata: { name: 'a' } })
    const read = await api.get(api.in('pods', 'a'))
    read.is(404)
  },

  'a pod on a node is given its time, and a second delete may shorten it': async (api) => {
    await madePod(api, 'a', { spec: { nodeName: 'none' } })
    const marked = await api.delete(api.in('pods', 'a'))
    marked.is(200, { metadata: { deletionTimestamp: /Z$/, deletionGracePeriodSeconds: 30 } })
    const again = await api.delete(api.in('pods', 'a'))
    again.is(200, { metadata: { deletionGracePeriodSeconds: 30 } })
    const shorter = await api.delete(api.in('pods', 'a'), { gracePeriodSeconds: 5 })
    shorter.is(200, { metadata: { deletionGracePeriodSeconds: 5 } })
    const longer = await api.delete(api.in('pods', 'a'), { gracePeriodSeconds: 50 })
    longer.is(200, { metadata: { deletionGracePeriodSeconds: 5 } })
    const now = await api.delete(api.in('pods', 'a'), { gracePeriodSeconds: 0 })
    now.is(200, { kind: 'Pod' })
    const read = await api.get(api.in('pods', 'a'))
    read.is(404)
  },

  'a pod has the time it asks for, and with finalizers stays after that': async (api) => {
    const spec = { nodeName: 'none', terminationGracePeriodSeconds: 7 }
    await madePod(api, 'a', { spec, metadata: { finalizers: [hold] } })
    const marked = await api.delete(api.in('pods', 'a'))
    marked.is(200, { metadata: { deletionGracePeriodSeconds: 7 } })
    const now = await api.delete(api.in('pods', 'a'), { gracePeriodSeconds: 0 })
    now.is(200, { metadata: { deletionGracePeriodSeconds: 0, finalizers: [hold] } })
    await release(api, api.in('pods', 'a'))
    const read = await api.get(api.in('pods', 'a'))
    read.is(404)
  },
}
