import { ConfigError, parseServiceFlags } from '@odfmo/controller-kit'
import { handlers } from '@odfmo/secret-exchange'
import { describe, expect, it } from 'vitest'
import { agentDefaults, agentFlags, configure } from './config.ts'

const service = {
  name: 'token-exchange-agent',
  version: '0',
  describe: '',
  flags: agentFlags,
  defaults: agentDefaults,
  words: ['tokenexchange'],
}
const deployed = [
  'tokenexchange',
  '--hub-kubeconfig=/var/run/hub/kubeconfig',
  '--cluster-name=cluster1',
  '--namespace=openshift-storage',
  '--mode=async',
]

const read = (argv: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const parsed = parseServiceFlags(service, argv)
  if (parsed.is === 'text') throw new Error('expected flags')
  return { problems: parsed.problems, flags: parsed.flags, config: () => configure(parsed.flags, env) }
}

describe('the agent’s configuration', () => {
  it('takes what the Deployment gives it', () => {
    const { problems, flags, config } = read(deployed, { POD_NAME: 'agent-0' })
    expect(problems).toEqual([])
    expect(flags.healthAddress).toEqual({ port: 8000 })
    expect(flags.metricsAddress).toEqual(flags.healthAddress)
    expect(config()).toEqual({
      hubKubeconfig: '/var/run/hub/kubeconfig',
      podName: 'agent-0',
      scope: {
        clusterName: 'cluster1',
        installNamespace: 'openshift-storage',
        odrNamespace: undefined,
        match: { token: 'cluster-peer-token', s3: 'odrbucket' },
        handlers,
      },
    })
  })

  it('takes names of sources and the namespace of buckets from the environment; empty means not set', () => {
    const env = {
      ODR_NAMESPACE: 'odr',
      TOKEN_EXCHANGE_SOURCE_SECRET_STRING_MATCH: 'tokens',
      S3_EXCHANGE_SOURCE_SECRET_STRING_MATCH: '',
    }
    expect(read(deployed, env).config().scope).toMatchObject({
      odrNamespace: 'odr',
      match: { token: 'tokens', s3: 'odrbucket' },
    })
    expect(read(deployed, { ODR_NAMESPACE: '' }).config().scope.odrNamespace).toBeUndefined()
  })

  it.each([
    ['an unknown mode', ['--mode=metro'], '--mode: expected async or sync, got "metro"'],
    ['another word', ['manager'], 'unexpected argument "manager"'],
    ['an unknown flag', ['--leader'], 'unknown flag --leader'],
  ])('does not take %s', (_, more, problem) =>
    expect(read([...deployed, ...more]).problems).toContain(problem),
  )

  it('lists everything that is missing', () => {
    expect(read([]).problems).toEqual([
      '--hub-kubeconfig is required',
      '--cluster-name is required',
      '--namespace is required',
      '--mode is required',
    ])
  })

  it('lists every name that is none', () => {
    const { config } = read(
      ['--hub-kubeconfig=f', '--cluster-name=Cluster_1', '--namespace=a/b', '--mode=sync'],
      { ODR_NAMESPACE: '-' },
    )
    expect(config).toThrow(ConfigError)
    try {
      config()
    } catch (error) {
      expect((error as ConfigError).problems).toEqual([
        '--cluster-name: expected the name of a namespace',
        '--namespace: expected the name of a namespace',
        expect.stringMatching(/^ODR_NAMESPACE: /),
      ])
    }
  })
})
