import { describe, expect, it } from 'vitest'
import {
  parseBindAddress,
  parseDuration,
  parseServiceFlags,
  type ServiceDefinition,
} from './service-flags.ts'

const service: ServiceDefinition = {
  name: 'agent',
  version: '1.2.3',
  describe: 'Carries secrets.',
  words: ['tokenexchange'],
  defaults: { 'health-probe-bind-address': ':8000' },
  flags: {
    'cluster-name': { type: 'string', describe: 'this cluster', required: true },
    mode: { type: 'string', describe: 'sync or async', default: 'async', choices: ['sync', 'async'] },
  },
}

const parsed = (...argv: string[]) => {
  const result = parseServiceFlags(service, argv)
  if (result.is === 'text') throw new Error(result.text)
  return result
}

describe('parseServiceFlags', () => {
  it('reads a command line as the services are started with', () => {
    const { flags, problems } = parsed(
      'tokenexchange',
      '--cluster-name=c1',
      '--mode',
      'sync',
      '--leader-elect=false',
      '--metrics-bind-address',
      '0',
      '--leader-elect-retry-period=500ms',
    )
    expect(problems).toEqual([])
    expect(flags).toMatchObject({
      kubeconfig: undefined,
      logLevel: 'info',
      metricsAddress: undefined,
      healthAddress: { port: 8000 },
      leaderElect: false,
      leaderTimings: { leaseDurationMs: 15_000, renewDeadlineMs: 10_000, retryPeriodMs: 500 },
      own: { 'cluster-name': 'c1', mode: 'sync' },
    })
  })

  it('has one address as another when its default says so, and none when it is switched off', () => {
    const defaults = { ...service.defaults, 'metrics-bind-address': '--health-probe-bind-address' }
    const metrics = (...argv: string[]) => {
      const result = parseServiceFlags({ ...service, defaults }, ['--cluster-name=c1', ...argv])
      return result.is === 'run' ? [result.flags.metricsAddress, result.problems] : result
    }
    expect(metrics()).toEqual([{ port: 8000 }, []])
    expect(metrics('--health-probe-bind-address=:9')).toEqual([{ port: 9 }, []])
    expect(metrics('--health-probe-bind-address=0')).toEqual([undefined, []])
    expect(metrics('--metrics-bind-address=0')).toEqual([undefined, []])
    expect(metrics('--metrics-bind-address=:7')).toEqual([{ port: 7 }, []])
  })

  it('lists every problem at once', () => {
    const { problems } = parsed(
      'x',
      '--nope',
      '--mode=both',
      '--log-level=loud',
      '--leader-elect=maybe',
      '--metrics-bind-address=8080',
      '--leader-elect-renew-deadline=20s',
    )
    expect(problems).toEqual([
      'unexpected argument "x"',
      'unknown flag --nope',
      '--leader-elect: expected true or false, got "maybe"',
      '--cluster-name is required',
      '--mode: expected sync or async, got "both"',
      '--log-level: expected debug or info or warn or error, got "loud"',
      '--metrics-bind-address: expected [host]:port or 0, got "8080"',
      '--leader-elect-lease-duration must be longer than --leader-elect-renew-deadline',
    ])
  })

  it('prints help and version whatever else is wrong', () => {
    expect(parseServiceFlags(service, ['--nope', '--version'])).toEqual({ is: 'text', text: 'agent 1.2.3\n' })
    expect(parseServiceFlags(service, ['--help'])).toMatchObject({
      text: expect.stringContaining('--cluster-name <required>'),
    })
  })
})

it('takes shared flags that have no effect without a word, and keeps them out of the help', () => {
  const ignoring: ServiceDefinition = { ...service, ignores: ['leader-elect', 'debug'] }
  const help = parseServiceFlags(ignoring, ['--help'])
  const lines = help.is === 'text' ? help.text.split('\n') : []
  expect(lines.filter((line) => / --(leader-elect|debug) /.test(line))).toEqual([])
  expect(lines.some((line) => line.startsWith('  --leader-elect-lease-duration '))).toBe(true)
  expect(parseServiceFlags(ignoring, ['--cluster-name=c1', '--leader-elect=true', '--debug'])).toMatchObject({
    is: 'run',
    problems: [],
  })
})

it.each([
  ['15s', 15_000],
  ['1m30s', 90_000],
  ['500ms', 500],
  ['1.5h', 5_400_000],
  ['15', undefined],
  ['', undefined],
  ['s', undefined],
])('parseDuration(%j)', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})

it.each([
  [':8080', { port: 8080 }],
  ['127.0.0.1:0', { host: '127.0.0.1', port: 0 }],
  ['[::1]:80', { host: '::1', port: 80 }],
  ['0', 'off'],
  ['8080', undefined],
  [':99999', undefined],
  ['a:b:80', undefined],
])('parseBindAddress(%j)', (text, address) => {
  expect(parseBindAddress(text)).toEqual(address)
})
