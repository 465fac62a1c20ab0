import { ControlPlaneError } from './control-plane-error.ts'

const attempts = 5

/** Starts again, with other ports, what ended because somebody else had taken its port in between. */
export const retryPorts = async <T>(start: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start()
    } catch (error) {
      const isTaken =
        error instanceof ControlPlaneError &&
        error.code === 'ODFMO_CONTROL_PLANE_CHILD' &&
        error.message.includes('address already in use')
      if (!isTaken || attempt === attempts) throw error
    }
  }
}
