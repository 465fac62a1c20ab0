import { ConfigError, parseServiceFlags } from '@odfmo/controller-kit'
import { describe, expect, it } from 'vitest'
import { consoleInitConfig, consoleInitFlags, type ConsoleInitConfig } from './config.ts'

const env = { POD_NAMESPACE: 'openshift-operators' }
const configOf = (argv: readonly string[], environment: Record<string, string> = env): ConsoleInitConfig => {
  const service = { name: 'console-init', version: '0', describe: '', flags: consoleInitFlags }
  const parsed = parseServiceFlags(service, argv)
  if (parsed.is === 'text' || parsed.problems.length > 0) throw new Error(JSON.stringify(parsed))
  return consoleInitConfig(parsed.flags, environment)
}
const problemsOf = (argv: readonly string[], environment?: Record<string, string>): readonly string[] => {
  try {
    configOf(argv, environment)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

describe('what the service is told', () => {
  it('defaults to the port of the contract, and to go on', () => {
    expect(configOf([])).toEqual({ namespace: 'openshift-operators', port: 9001, once: undefined })
  })

  it('takes a port, and a deadline for one run', () => {
    expect(configOf(['--multicluster-console-port=9443', '--once', '--timeout', '1m30s'])).toEqual({
      namespace: 'openshift-operators',
      port: 9443,
      once: { timeoutMs: 90_000 },
    })
    expect(configOf(['--multicluster-console-port=65535']).port).toBe(65_535)
    expect(configOf(['--once']).once).toEqual({ timeoutMs: 300_000 })
  })

  it.each<[string, readonly string[], Record<string, string>, readonly (string | RegExp)[]]>([
    ['no namespace', [], {}, [/^POD_NAMESPACE: is required/]],
    ['no name of a namespace', [], { POD_NAMESPACE: 'A b' }, [/^POD_NAMESPACE: expected the name/]],
    [
      'no port',
      ['--multicluster-console-port=0'],
      env,
      ['--multicluster-console-port: expected a port, 1 to 65535'],
    ],
    [
      'a port too high',
      ['--multicluster-console-port=65536'],
      env,
      ['--multicluster-console-port: expected a port, 1 to 65535'],
    ],
    ['no duration', ['--once', '--timeout=soon'], env, [/^--timeout: expected a duration/]],
    ['no time at all', ['--once', '--timeout=0s'], env, [/^--timeout: expected a duration longer than 0/]],
    ['a deadline for what does not end', ['--timeout=1m'], env, ['--timeout: is only for --once']],
    ['turns of what ends', ['--once', '--leader-elect'], env, [/^--leader-elect: is not for --once/]],
    [
      'everything at once',
      ['--once', '--leader-elect', '--timeout=x', '--multicluster-console-port=x'],
      {},
      [/^POD_NAMESPACE/, /^--multicluster-console-port/, /^--timeout/, /^--leader-elect/],
    ],
  ])('says of %s what is wrong', (_what, argv, environment, expected) => {
    const problems = problemsOf(argv, environment)
    expect(problems).toHaveLength(expected.length)
    for (const [place, problem] of problems.entries()) expect(problem).toMatch(expected[place] ?? '')
  })
})
