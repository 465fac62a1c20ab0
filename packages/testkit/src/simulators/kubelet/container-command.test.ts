import { expect, test } from 'vitest'
import type { Container } from '@odfmo/api-types'
import type { Pod } from '../extra-kinds.ts'
import { containerCommand, portsOf } from './container-command.ts'
import type { CommandInput } from './container-command.ts'

const pod: Pod = { metadata: { name: 'p', namespace: 'n', labels: { app: 'a' } }, spec: { containers: [] } }
const base: Omit<CommandInput, 'container'> = {
  pod,
  program: {
    command: ['node', 'agent.js'],
    env: { MODE: 'image', LEVEL: 'debug' },
    args: ({ port }) => [`--probe=127.0.0.1:${port}`],
  },
  mounts: [{ mountPath: '/var/run/hub', directory: '/d' }],
  ports: new Map([[8000, 41234]]),
  base: { PATH: '/bin' },
  valueOf: (source, name, key) => (name === 'there' ? `${source}/${key}` : undefined),
}
const run = (container: Partial<Container>): ReturnType<typeof containerCommand> =>
  containerCommand({ ...base, container: { name: 'c', ...container } })

test('the image stands for the first word of the command; arguments pass through', () => {
  expect(
    run({ command: ['/manager', 'first'], args: ['tokenexchange', '--k=/var/run/hub/kubeconfig'] }),
  ).toMatchObject({
    file: 'node',
    args: ['agent.js', 'first', 'tokenexchange', '--k=/d/kubeconfig', '--probe=127.0.0.1:41234'],
  })
})

test('variables: the container wins over the image, and knows its pod and its secrets', () => {
  const env = [
    { name: 'MODE', value: 'container' },
    { name: 'NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
    { name: 'APP', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
    { name: 'KEY', valueFrom: { secretKeyRef: { name: 'there', key: 'k' } } },
    { name: 'NOT', valueFrom: { secretKeyRef: { name: 'missing', key: 'k', optional: true } } },
    { name: 'BOTH', value: '$(MODE)-$$(MODE)-$(UNKNOWN)' },
  ]
  const command = run({ env })
  expect(command).toMatchObject({
    env: {
      PATH: '/bin',
      LEVEL: 'debug',
      MODE: 'container',
      NAMESPACE: 'n',
      APP: 'a',
      KEY: 'secret/k',
      BOTH: 'container-$(MODE)-$(UNKNOWN)',
    },
  })
  expect(command).not.toHaveProperty('env.NOT')
})

test('a secret that is missing is waited for', () => {
  expect(run({ env: [{ name: 'KEY', valueFrom: { secretKeyRef: { name: 'missing', key: 'k' } } }] })).toEqual(
    {
      is: 'missing',
      message: 'secret "missing" with key "k" not found',
    },
  )
})

test('ports are the declared and the probed ones', () => {
  const httpGet = { path: '/', port: 8000 }
  expect(
    portsOf({
      name: 'c',
      ports: [{ containerPort: 9000 }],
      livenessProbe: { httpGet },
      readinessProbe: { httpGet },
    }),
  ).toEqual([9000, 8000])
})
