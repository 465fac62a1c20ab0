import { expect, test } from 'vitest'
import { ControlPlaneError } from './control-plane-error.ts'
import { retryPorts } from './retry-ports.ts'

const taken = new ControlPlaneError(
  'ODFMO_CONTROL_PLANE_CHILD',
  'etcd ended by itself (exit code 1); its last lines:\nlisten tcp 127.0.0.1:2379: bind: address already in use',
)

/** Throws these one after the other, then answers how often it was called. */
const failing = (...errors: readonly Error[]): { calls: number; start: () => Promise<number> } => {
  const counted = {
    calls: 0,
    // async: a failure is a rejection
    async start() {
      const error = errors[counted.calls]
      counted.calls += 1
      if (error !== undefined) throw error
      return counted.calls
    },
  }
  return counted
}

test('what found its port taken is started again', async () => {
  expect(await retryPorts(failing(taken, taken).start)).toBe(3)
})

test('five times in vain are enough', async () => {
  const starts = failing(...Array<Error>(9).fill(taken))
  await expect(retryPorts(starts.start)).rejects.toBe(taken)
  expect(starts.calls).toBe(5)
})

test('nothing else is tried again', async () => {
  const starts = failing(new ControlPlaneError('ODFMO_CONTROL_PLANE_CHILD', 'unknown flag'))
  await expect(retryPorts(starts.start)).rejects.toThrow('unknown flag')
  expect(starts.calls).toBe(1)
})
