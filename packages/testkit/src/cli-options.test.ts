import { describe, expect, it } from 'vitest'
import { readCliOptions, UsageError } from './cli-options.ts'
import type { UpOptions } from './cli-options.ts'

const read = (...args: string[]): UpOptions => readCliOptions(args, '1.2.3')

const defaults: UpOptions = {
  clusters: ['cluster'],
  directory: '.',
  crds: [],
  apply: [],
  provider: 'memory',
  simulators: [],
  port: undefined,
  json: false,
  force: false,
  stay: false,
  command: [],
}

describe('readCliOptions', () => {
  it('needs nothing but up', () => {
    expect(read('up')).toEqual(defaults)
  })

  it('reads names, folders, files and simulators', () => {
    const files = ['--crds', 'a', 'b', '--apply', 'c', '--apply', 'd']
    expect(
      read('up', '--clusters', 'hub, c1', '--dir', 'd', ...files, '--simulators', 'ocm,storage', '--json'),
    ).toEqual({
      ...defaults,
      clusters: ['hub', 'c1'],
      directory: 'd',
      crds: ['a', 'b'],
      apply: ['c', 'd'],
      simulators: ['ocm', 'storage'],
      json: true,
    })
    expect(read('up', '--provider', 'control-plane', '--force', '--stay')).toEqual({
      ...defaults,
      provider: 'control-plane',
      force: true,
      stay: true,
    })
  })

  it('takes what stands after -- as a command, options included, and then a folder of its own', () => {
    const { command, directory, port } = read('up', '--port', '7000', '--', 'go', 'test', '--json', '--', 'x')
    expect({ command, directory, port }).toEqual({
      command: ['go', 'test', '--json', '--', 'x'],
      directory: undefined,
      port: 7000,
    })
    expect(read('up', '--dir', 'd', '--', 'true').directory).toBe('d')
  })

  it.each([
    [[], 2, 'Usage'],
    [['down'], 2, 'unknown command'],
    [['up', 'more'], 2, 'too many arguments'],
    [['up', '--cluster'], 2, 'unknown option'],
    [['up', '--clusters', 'A'], 2, '"A" is no name'],
    [['up', '--clusters', ''], 2, '"" is no name'],
    [['up', '--clusters', '../x'], 2, '"../x" is no name'],
    [['up', '--clusters', 'a'.repeat(64)], 2, '63 at most'],
    [['up', '--clusters', 'a,a'], 2, 'a is there twice'],
    [['up', '--provider', 'kind'], 2, 'Allowed choices are memory, control-plane'],
    [['up', '--simulators', 'openshift'], 2, 'expected some of ocm, storage, ramen'],
    [['up', '--simulators', 'ocm'], 2, 'ocm needs a hub and at least one more cluster'],
    [['up', '--port', '0'], 2, 'expected a number from 1 to 65535'],
    [['up', '--port', '8e3'], 2, 'expected a number from 1 to 65535'],
    [['up', '--port', '65535', '--clusters', 'a,b'], 2, 'too high for 2 clusters'],
    [['up', '--port', '7000', '--provider', 'control-plane'], 2, 'only clusters in memory'],
    [['up', '--'], 2, 'expected a command'],
    [['up', '--json', '--', 'true'], 2, 'with a command nothing is printed'],
    [['--help'], 0, 'Usage'],
    [['up', '--help'], 0, 'runs the command\nwith KUBECONFIG set'],
    [['--version'], 0, '1.2.3'],
  ])('%j exits with %i and says %s', (args, exitCode, message) => {
    try {
      read(...args)
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(UsageError)
      expect(error).toMatchObject({ exitCode, message: expect.stringContaining(message) })
    }
  })
})
