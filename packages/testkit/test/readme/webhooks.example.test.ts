import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installWebhooks, startCluster, startWebhookServer } from '@odfmo/testkit'
import { expect, it } from 'vitest'
import { send } from './send.ts'

const secrets = '/api/v1/namespaces/default/secrets'
const secret = (name: string) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name } })

const webhook = (kind: string, path: string): string => `apiVersion: admissionregistration.k8s.io/v1
kind: ${kind}WebhookConfiguration
metadata: { name: teams }
webhooks:
  - name: teams.example.com
    clientConfig: { service: { namespace: app, name: teams, path: ${path} } }
    rules: [{ operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources: [secrets] }]
    sideEffects: None
    admissionReviewVersions: [v1]
`

it('asks webhooks', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'readme-'))
  await writeFile(join(folder, 'mutating.yaml'), webhook('Mutating', '/mutate'))
  await writeFile(join(folder, 'validating.yaml'), webhook('Validating', '/validate'))
  const cluster = await startCluster()

  const server = await startWebhookServer({
    '/mutate': ({ userInfo }) => ({
      allowed: true,
      patch: [{ op: 'add', path: '/metadata/labels', value: { team: userInfo.username } }],
    }),
    '/validate': ({ name }) => ({ allowed: name !== 'bad', status: { message: `not ${name}` } }),
  })
  await installWebhooks(cluster, folder, server) // as they are shipped, but for where their webhooks are
  const made = await send(cluster, 'POST', secrets, secret('good'))
  expect(made.status).toBe(201)
  expect(made.text).toContain('"labels":{"team":"admin"}')
  const refused = await send(cluster, 'POST', secrets, secret('bad'))
  expect(refused.text).toContain('admission webhook \\"teams.example.com\\" denied the request: not bad')
  expect(server.reviews.map(({ path, request }) => `${path} ${request.name}`)).toEqual([
    '/mutate good',
    '/validate good',
    '/mutate bad',
    '/validate bad',
  ])

  await server.stop()
  await cluster.stop()
  await rm(folder, { recursive: true })
})

it('finds services where a test says they are', async () => {
  const cluster = await startCluster()
  const folder = await mkdtemp(join(tmpdir(), 'readme-'))
  const file = join(folder, 'webhooks.yaml')
  const server = await startWebhookServer(() => ({ allowed: false }), {
    services: [{ namespace: 'app', name: 'teams' }],
  })
  const whole = webhook('Validating', '/validate')
  await writeFile(file, whole.replace('clientConfig: {', `clientConfig: { caBundle: ${server.caBundle},`))

  await cluster.apply(file) // its clientConfig is { service: { namespace: 'app', name: 'teams' }, caBundle }
  cluster.routeService({ namespace: 'app', name: 'teams' }, server.url) // whose certificate is for teams.app.svc
  expect((await send(cluster, 'POST', secrets, secret('a'))).status).toBe(400)

  await server.stop()
  await cluster.stop()
  await rm(folder, { recursive: true })
})
