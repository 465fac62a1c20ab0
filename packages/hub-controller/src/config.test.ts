import { ConfigError } from '@odfmo/controller-kit'
import { describe, expect, it } from 'vitest'
import { consolePortFlag, hubConfig } from './config.ts'

const env = {
  POD_NAMESPACE: 'openshift-operators',
  TOKEN_EXCHANGE_IMAGE: 'example.com/agent:1',
  PATH: '/bin',
}
const flags = { own: { [consolePortFlag]: '9001' } }
const problems = (environment: Record<string, string | undefined>, port = '9001'): readonly string[] => {
  try {
    hubConfig({ own: { [consolePortFlag]: port } }, environment)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

describe('the hub controller’s configuration', () => {
  it('is read from the environment and its own flag', () => {
    expect(hubConfig(flags, env)).toEqual({
      podNamespace: 'openshift-operators',
      tokenExchangeImage: 'example.com/agent:1',
      consolePort: 9001,
    })
  })

  it('lists all problems at once, by name', () => {
    expect(problems({}, 'http')).toEqual([
      'POD_NAMESPACE: is required',
      'TOKEN_EXCHANGE_IMAGE: is required',
      '--multicluster-console-port: expected a port, 1 to 65535',
    ])
  })

  it.each([
    [{ ...env, POD_NAMESPACE: '' }, '9001', 'POD_NAMESPACE: is required'],
    [{ ...env, POD_NAMESPACE: 'Not_A_Name' }, '9001', 'POD_NAMESPACE: expected the name of a namespace'],
    [{ ...env, TOKEN_EXCHANGE_IMAGE: 'two words' }, '9001', 'TOKEN_EXCHANGE_IMAGE: expected an image'],
    [env, '0', '--multicluster-console-port'],
    [env, '70000', '--multicluster-console-port'],
  ])('refuses %j with port %s', (environment, port, problem) => {
    expect(problems(environment, port)).toEqual([expect.stringContaining(problem)])
  })
})
