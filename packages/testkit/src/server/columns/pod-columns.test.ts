import { describe, expect, it } from 'vitest'
import { podColumns } from './pod-columns.ts'

const states: Readonly<Record<string, object>> = {
  A: { waiting: { reason: 'A' } },
  B: { waiting: { reason: 'B' } },
  Completed: { terminated: { reason: 'Completed', exitCode: 0 } },
  Error: { terminated: { reason: 'Error', exitCode: 1 } },
  exit3: { terminated: { exitCode: 3 } },
  killed: { terminated: { exitCode: 1, signal: 9 } },
  runs: { running: {} },
}

const status = (containers: readonly string[], more: object = {}): unknown =>
  podColumns
    .find(({ name }) => name === 'Status')
    ?.cell(
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: {},
        status: {
          phase: 'Running',
          containerStatuses: containers.map((name) => ({ ready: name === 'runs', state: states[name] })),
          ...more,
        },
      },
      0,
    )

describe('the status of a pod in a table', () => {
  it.each([
    [['runs'], 'Running'],
    [['A', 'B'], 'A'],
    [['Completed', 'Error'], 'Error'],
    [['Error', 'Completed'], 'Error'],
    [['Completed', 'exit3'], 'ExitCode:3'],
    [['A', 'Completed'], 'A'],
    [['Completed', 'A'], 'Completed'],
    [['Error', 'A'], 'Error'],
    [['A', 'Error'], 'A'],
    [['killed', 'A'], 'Signal:9'],
    [['Completed', 'runs'], 'NotReady'],
    [['Error', 'runs'], 'Error'],
    [['Completed', 'Completed'], 'Completed'],
  ])('of containers %j is %s', (containers, expected) => {
    expect(status(containers)).toBe(expected)
  })

  it('is Running while one container runs and the pod is ready', () => {
    expect(status(['Completed', 'runs'], { conditions: [{ type: 'Ready', status: 'True' }] })).toBe('Running')
  })
})
