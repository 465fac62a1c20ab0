import { ControlPlaneError } from './control-plane-error.ts'

/** Rejects when the signal is aborted first: the definitions of `name` were not served in time. */
export const inTime = (installed: Promise<void>, signal: AbortSignal, name: string): Promise<void> => {
  installed.catch(() => undefined) // when time is up first
  return new Promise((resolve, reject) => {
    const late = (): void => {
      const message = `the CustomResourceDefinitions of ${name} were not served in time`
      reject(new ControlPlaneError('ODFMO_CONTROL_PLANE_TIMEOUT', message))
    }
    if (signal.aborted) late()
    signal.addEventListener('abort', late)
    installed.then(resolve, reject).finally(() => signal.removeEventListener('abort', late))
  })
}
