import type { Cases } from '../../conformance-case.ts'
import { deployment } from './objects.ts'

const deployments = 'apps/v1/deployments'

const container = { name: 'main', image: 'example.com/app:1' }

const pod = (name: string, spec: object) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { containers: [container], ...spec },
})

const template = (name: string, spec: object, metadata: object = {}) => ({
  replicas: 0,
  template: { metadata: { labels: { app: name }, ...metadata }, spec: { containers: [container], ...spec } },
})

const job = (name: string, spec: object) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name },
  spec: { suspend: true, template: { spec: { restartPolicy: 'Never', containers: [container], ...spec } } },
})

/** One wrong value, and one wrong key. */
const wrongValue = { nodeSelector: { zone: 'no label!' } }
const wrongKey = { nodeSelector: { 'no key!': 'a' } }

export const podSpecs: Cases = {
  'a Pod selects nodes by labels that there can be': async (api) => {
    const path = api.in('pods')
    ;(await api.post(path, pod('a', wrongValue))).is(422, { reason: 'Invalid' })
    ;(await api.post(path, pod('a', wrongKey))).is(422)
    ;(await api.post(path, pod('a', { nodeSelector: { 'a/b/c': 'x'.repeat(64) } }))).is(422)
    ;(await api.post(path, pod('a', { ...wrongValue, containers: [{ name: 'main' }] }))).is(422)
    const right = pod('a', { nodeSelector: { 'example.com/zone': 'a', empty: '' } })
    const show = ({ spec }: { spec: { nodeSelector: unknown } }) => spec.nodeSelector
    ;(await api.post(path, right, { show })).is(201)
  },

  'so does the template of a Deployment, at its creation and later': async (api) => {
    const path = api.in(deployments)
    const only = ({ kind, status, message, reason, details, code }: Record<string, unknown>) =>
      kind === 'Status' ? { kind, status, message, reason, details, code } : { kind }
    ;(await api.post(path, deployment('a', template('a', wrongValue)))).is(422, { reason: 'Invalid' })
    ;(await api.post(path, deployment('a', template('a', wrongKey)))).is(422)
    ;(await api.post(path, deployment('a', template('a', {})), { show: only })).is(201)
    const spec = (nodeSelector: object) => ({ spec: { template: { spec: { nodeSelector } } } })
    const one = api.in(deployments, 'a')
    ;(await api.patch(one, 'merge', spec(wrongValue.nodeSelector), { show: only })).is(422)
    ;(await api.patch(one, 'strategic', spec(wrongKey.nodeSelector), { show: only })).is(422)
    ;(await api.patch(one, 'merge', spec({ zone: 'a' }), { show: only })).is(200)
  },

  'the labels of a pod template are such as there can be': async (api) => {
    const path = api.in(deployments)
    const labels = { app: 'a', zone: 'no label!' }
    ;(await api.post(path, deployment('a', template('a', {}, { labels })))).is(422, { reason: 'Invalid' })
    const annotations = { 'no key!': 'a' }
    ;(await api.post(path, deployment('a', template('a', wrongValue, { annotations })))).is(422)
  },

  'the template of a Job selects nodes by labels that there can be': async (api) => {
    const path = api.in('batch/v1/jobs')
    ;(await api.post(path, job('a', wrongValue))).is(422, { reason: 'Invalid' })
    ;(await api.post(path, job('a', wrongKey))).is(422)
  },
}
