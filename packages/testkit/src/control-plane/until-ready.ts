import { systemClock } from '../clock/clock.ts'
import { pause } from '../access/pause.ts'
import { ControlPlaneError } from './control-plane-error.ts'
import type { GuardedProcess } from './guarded-process.ts'

const lookEveryMs = 25

/**
 * Resolves when `isReady` answers true; an error of it means not yet. Stops the child and rejects when it has ended by
 * itself, or when the signal is aborted.
 */
export const untilReady = async (
  child: GuardedProcess,
  signal: AbortSignal,
  isReady: () => Promise<boolean>,
): Promise<void> => {
  const settled = new AbortController()
  const ended = AbortSignal.any([signal, settled.signal])
  const look = async (): Promise<void> => {
    let last: unknown
    while (!ended.aborted) {
      try {
        if (await isReady()) return
      } catch (error) {
        last = error
      }
      await pause(systemClock, lookEveryMs, ended)
    }
    throw new ControlPlaneError(
      'ODFMO_CONTROL_PLANE_TIMEOUT',
      `${child.title} was not ready in time; its last lines:\n${child.log.join('\n')}`,
      last,
    )
  }
  const looking = look()
  looking.catch(() => undefined) // when the child's end comes first
  try {
    await Promise.race([looking, child.died])
  } catch (error) {
    await child.stop()
    throw error
  } finally {
    settled.abort()
  }
}
